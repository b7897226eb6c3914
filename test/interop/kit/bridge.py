"""Runs pieces of Python in one namespace: a line of JSON in, {"id", "code"}, a line of JSON out.

The answer holds what was printed and the value of the last expression. What is no JSON is told as text; bytes are told as
{"bytes": base64}, models of pydantic as the JSON that they stand for. Exceptions are answers, {"raised": class, "said": text}.
Whatever the client library writes to stdout meanwhile, from whatever thread, belongs to the piece that runs.
"""
import ast
import base64
import io
import json
import sys
import traceback

replies = sys.stdout
printed = io.StringIO()
sys.stdout = printed
names = {"__name__": "__main__"}


def told(value):
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True)
    return repr(value)


def run(code):
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<piece>", "exec"), names)
    if last is not None:
        return eval(compile(ast.Expression(last.value), "<piece>", "eval"), names)
    return None


for line in sys.stdin:
    asked = json.loads(line)
    printed.seek(0)
    printed.truncate()
    try:
        answer = {"value": run(asked["code"])}
    except BaseException as error:  # SystemExit too: the client is not to end its driver
        traceback.print_exc(file=sys.stderr)
        answer = {"raised": type(error).__name__, "said": str(error)}
    answer["printed"] = printed.getvalue()
    replies.write(json.dumps({"id": asked["id"], **answer}, default=told) + "\n")
    replies.flush()
