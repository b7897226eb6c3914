import { Fault } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import type { Call, Finding, Operation, Output } from '../../contract.ts';
import { executorState, type FuncSpecDraft } from '../client/index.ts';
import { funcSpecFindings, normalFuncSpecs } from '../kinds/func-specs.ts';
import { fullFuncSpec } from '../rules/funcspec.ts';
import type { Colony, ColonyRead } from '../session.ts';
import type { FuncSpec } from '../types.ts';
import { awaitProcess, awaitWorkflow } from './following.ts';
import { EXECUTOR, executorIn, flagIn, FOLLOW, FUNCTION, limitIn, needed, numberIn, TYPE, WAIT, wrongInput, type Words } from './inputs.ts';
import { specFrom } from './spec-from.ts';
import { argsIn, envIn, jsonIn, kwargsIn } from './values.ts';

/** What has no number is refused by the server. */
const PRIORITY = { from: -50_000, to: 50_000 };
const RETRIES = { from: -1, to: 999_999_999 };

/** How work comes to a colony by hand. */
export const submissions: readonly Operation<Colony>[] = [
  {
    name: 'exec',
    summary: 'submits a function with its arguments, and prints the id of the process',
    mutates: true,
    inputs: [
      { ...FUNCTION, required: true },
      { name: 'args', summary: 'by position: [90, "k1"], or 90,k1' },
      { name: 'kwargs', summary: 'by name: {"vessel": "k1"}, or vessel=k1,minutes=90' },
      { ...TYPE, summary: 'the type of executors that are to run it (default: of those that have the function)' },
      { ...EXECUTOR, summary: 'only this executor' },
      { name: 'location', summary: 'only executors at this location' },
      { name: 'env', summary: 'its environment, as texts: MODE=test,SITE=dp' },
      { name: 'label', summary: 'a label to find it by' },
      { name: 'priority', summary: 'one more counts as much as a day in the queue (default: 0)' },
      { name: 'maxwait', summary: 'seconds in the queue, then it fails (default: -1, no limit)' },
      { name: 'maxexec', summary: 'seconds with an executor, then it goes back to the queue (default: -1, no limit)' },
      { name: 'retries', summary: 'how often it may go back before it fails; -1: for ever (default: 0)' },
      WAIT,
      FOLLOW,
    ],
    async *run(session, words, call) {
      yield* submitted(session, await specIn(session, words, call), { words, call });
    },
  },
  {
    name: 'submit',
    summary: 'submits a function or a workflow from a file of the project, as Colonies itself writes them (JSON)',
    mutates: true,
    inputs: [
      { name: 'spec', summary: 'a file: one function spec, or a list of them for a workflow; relative to setpoint.yaml', required: true },
      WAIT,
      FOLLOW,
    ],
    async *run(session, words, call) {
      const spec = fromFile(session, needed(words, 'spec'));
      if (isList(spec)) yield* submittedWorkflow(session, spec, { words, call });
      else yield* submitted(session, spec, { words, call });
    },
  },
];

interface Asked {
  readonly words: Words;
  readonly call: Call;
}

async function* submitted({ read, write }: Colony, spec: Fields, { words, call }: Asked): AsyncGenerator<Output> {
  const [follow, wait] = [flagIn(words, FOLLOW.name), flagIn(words, WAIT.name)];
  // A function on its own has no name in a graph; one that depends on others would be of a workflow.
  judged([{ ...(spec as unknown as FuncSpec), nodename: String(spec.nodename ?? '') || 'it' }], read);
  const { processid } = await write.call('submitfuncspecmsg', { spec: sent(spec, read.colony) }, { signal: call.signal });
  yield { line: processid };
  if (wait || follow) yield* awaitProcess(read, processid, { follow, call });
}

async function* submittedWorkflow({ read, write }: Colony, nodes: readonly Fields[], { words, call }: Asked): AsyncGenerator<Output> {
  const [follow, wait] = [flagIn(words, FOLLOW.name), flagIn(words, WAIT.name)];
  judged(nodes as unknown as readonly FuncSpec[], read);
  const functionspecs = nodes.map((spec) => sent(spec, read.colony));
  const { processgraphid } = await write.call(
    'submitworkflowspecmsg',
    { spec: { colonyname: read.colony, functionspecs } },
    { signal: call.signal },
  );
  yield { line: processgraphid };
  if (wait || follow) yield* awaitWorkflow(read, processgraphid, { follow, call });
}

/** With the words of today, and nothing left to the zeros that the server takes for what is left out. */
function sent(spec: Fields, colony: string): FuncSpecDraft {
  const [normal] = normalFuncSpecs([spec as unknown as FuncSpec]);
  return fullFuncSpec(normal as unknown as Fields, colony) as unknown as FuncSpecDraft;
}

/** Refuses what the server would refuse, or take and spoil. Throws the Fault of the first thing that is wrong. */
function judged(specs: readonly FuncSpec[], { colony }: ColonyRead): void {
  const [wrong] = funcSpecFindings(specs, colony).filter(({ severity }) => severity !== 'warning');
  if (wrong !== undefined) throw refused(wrong);
}

const refused = ({ code, summary, detail, hint, pointer = '' }: Finding): Fault =>
  new Fault(
    {
      code,
      summary,
      detail: `${detail ?? ''} It stands at ${pointer.replace('/functionspecs', '')}. Nothing was sent.`.trimStart(),
      ...(hint === undefined ? {} : { hint }),
    },
    { sent: 'no' },
  );

/** One function spec, or a list of them: bare, or as the `functionspecs` of a workflow. Throws Fault INPUT_VALUE. */
function fromFile({ write }: Colony, path: string): Fields | readonly Fields[] {
  const takes = 'a JSON file of the project: one function spec, or a list of them';
  const text = write.files?.read(path);
  if (text === undefined) {
    throw wrongInput('spec', path, { takes: `${takes}, and there is no such file`, known: write.files?.list('.') ?? [] });
  }
  const spec = jsonIn('spec', text, { takes, given: path });
  const list = isFields(spec) && isList(spec.functionspecs) ? spec.functionspecs : spec;
  const all = isList(list) ? list.map((one, i) => specFrom(one, { at: `[${i}]`, inWorkflow: true })) : [specFrom(list, { at: 'it' })];
  const wrong = all.find((one) => typeof one === 'string');
  if (wrong !== undefined || all.length === 0) throw wrongInput('spec', path, { takes, hint: `${wrong ?? 'The list is empty'}.` });
  const [only = {}, ...others] = all.filter(isFields);
  return isList(list) ? [only, ...others] : only;
}

/** The function spec that the words are. Throws Fault INPUT_VALUE. */
async function specIn(session: Colony, words: Words, call: Call): Promise<Fields> {
  const funcname = needed(words, FUNCTION.name);
  const { read } = session;
  const [functions, executors] = await Promise.all([read.functions(call.signal), read.executors(call.signal)]);
  const only = words[EXECUTOR.name] === undefined ? undefined : await executorIn(words, session, call);
  const having = functions.filter((one) => one.funcname === funcname && (only === undefined || one.executorname === only.executorname));
  const names = new Set(having.map(({ executorname }) => executorname));
  const types = new Set(
    executors.filter((one) => names.has(one.executorname) && one.state === executorState.approved).map((one) => one.executortype),
  );
  const type = words[TYPE.name] ?? only?.executortype ?? theOnly(types, funcname, functions);
  const [args = []] = having.filter((one) => one.args.length > 0).map((one) => one.args);
  const { location, label = '' } = words;
  return {
    funcname,
    args: argsIn(words, args),
    kwargs: kwargsIn(words, args),
    env: envIn(words),
    label,
    priority: numberIn(words, 'priority', PRIORITY) ?? 0,
    maxwaittime: limitIn(words, 'maxwait') ?? -1,
    maxexectime: limitIn(words, 'maxexec') ?? -1,
    maxretries: numberIn(words, 'retries', RETRIES) ?? 0,
    conditions: {
      executortype: type,
      ...(only === undefined ? {} : { executornames: [only.executorname] }),
      ...(location === undefined ? {} : { locationname: location }),
    },
  };
}

function theOnly(types: ReadonlySet<string>, funcname: string, functions: readonly { readonly funcname: string }[]): string {
  const [type] = types;
  if (type !== undefined && types.size === 1) return type;
  if (types.size > 1) {
    const some = [...types].sort().map((one) => `type=${one}`);
    return needed({}, TYPE.name, `Executors of several types have ${funcname}: write ${some.join(' or ')}.`);
  }
  throw wrongInput(FUNCTION.name, funcname, {
    takes: 'a function that an approved executor has registered, and none has this one',
    known: [...new Set(functions.map((one) => one.funcname))].filter((name) => name !== funcname),
    hint: 'With type=… it is submitted all the same, and waits for an executor of that type.',
  });
}
