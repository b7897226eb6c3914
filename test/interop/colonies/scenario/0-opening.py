"""What every part begins with. `host`, `port`, `program`, `folder` and the sample keys are given."""
import hashlib
import json
import os
import subprocess
import threading
import time

from crypto import Crypto
from model import Conditions, FuncSpec, Workflow
from pycolonies import Colonies, func_spec

client = Colonies(host, port)
crypto = Crypto()


def key_of(name):
    """The same key for the same name in every run."""
    return hashlib.sha3_256(name.encode()).hexdigest()


def new_executor(name, executortype='worker', approve=True, **more):
    """Adds an executor of this name; gives its key."""
    key = key_of(name)
    executor = {'executorname': name, 'executorid': crypto.id(key), 'colonyname': 'dev', 'executortype': executortype, **more}
    client.add_executor(executor, colony_key)
    if approve:
        client.approve_executor('dev', name, colony_key)
    return key


def spec(funcname='echo', executortype='worker', **more):
    conditions = Conditions(colonyname='dev', executortype=executortype, **more.pop('conditions', {}))
    return FuncSpec(**{'funcname': funcname, 'maxexectime': -1, 'maxwaittime': -1, 'conditions': conditions, **more})


def until(holds, seconds=20):
    """Waits until something holds, and gives it."""
    end = time.time() + seconds
    while time.time() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError('it never came to that')


def cli(*words, key=None, input=None, **settings):
    """Runs the command line of Colonies: what it printed, and how it ended."""
    env = {
        'PATH': os.environ['PATH'], 'HOME': folder, 'TZ': 'UTC', 'COLONIES_CLI_ASCII': 'true',
        'COLONIES_TLS': 'false', 'COLONIES_SERVER_HOST': host, 'COLONIES_SERVER_PORT': str(port),
        'COLONIES_COLONY_NAME': 'dev', 'COLONIES_PRVKEY': key or user_key,
        'COLONIES_COLONY_PRVKEY': colony_key, 'COLONIES_SERVER_PRVKEY': server_key, **settings,
    }
    ended = subprocess.run([program, *words], env=env, cwd=folder, input=input or '', capture_output=True, text=True, timeout=60)
    return {'code': ended.returncode, 'out': ended.stdout, 'err': ended.stderr}


def file_of(name, value):
    """A JSON file for the command line."""
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        json.dump(value, file)
    return path
