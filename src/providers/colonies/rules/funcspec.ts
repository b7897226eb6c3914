import type { Fields, Value } from '../../../core/value.ts';
import { isFields, isList } from '../../../core/value.ts';
import { cpuOf, memoryOf, memoryText } from './quantities.ts';

/** What a Colonies server says to amounts in a function spec that it cannot read; undefined where it takes them. */
export function amountProblem(spec: Fields): string | undefined {
  const conditions = fieldsIn(spec['conditions']);
  const memories = [conditions['mem'], conditions['storage'], fieldsIn(conditions['gpu'])['mem']];
  for (const amount of [cpuOf(textIn(conditions['cpu'])), ...memories.map((one) => memoryOf(textIn(one)))]) {
    if ('problem' in amount) return amount.problem;
  }
  return undefined;
}

/**
 * A function spec as the server gives back that of a process: what it does not know is gone, what is left out has the zero of its
 * type, amounts are whole MiB and thousandths. Amounts that it cannot read stay as they are: it would refuse them. Nothing is
 * defaulted, as nothing is there.
 */
export function storedFuncSpec(spec: Fields): Fields {
  const conditions = fieldsIn(spec['conditions']);
  const gpu = fieldsIn(conditions['gpu']);
  const location = textIn(conditions['locationname']);
  const names = conditions['executornames'];
  const channels = textsIn(spec['channels']);
  return {
    nodename: textIn(spec['nodename']),
    funcname: textIn(spec['funcname']),
    args: isList(spec['args']) ? spec['args'] : [],
    kwargs: fieldsIn(spec['kwargs']),
    priority: numberIn(spec['priority']),
    maxwaittime: numberIn(spec['maxwaittime']),
    maxexectime: numberIn(spec['maxexectime']),
    maxretries: numberIn(spec['maxretries']),
    conditions: {
      colonyname: textIn(conditions['colonyname']),
      executornames: isList(names) ? (isAnybody(names) ? [] : textsIn(names)) : null,
      executortype: textIn(conditions['executortype']),
      ...(location === '' ? {} : { locationname: location }),
      dependencies: textsIn(conditions['dependencies']),
      nodes: numberIn(conditions['nodes']),
      cpu: storedCpu(conditions['cpu']),
      processes: numberIn(conditions['processes']),
      processespernode: numberIn(conditions['processespernode']),
      mem: storedMemory(conditions['mem']),
      storage: storedMemory(conditions['storage']),
      // How many nodes with a GPU is read and not kept.
      gpu: { name: textIn(gpu['name']), mem: storedMemory(gpu['mem']), count: numberIn(gpu['count']), nodecount: 0 },
      walltime: numberIn(conditions['walltime']),
    },
    label: textIn(spec['label']),
    fs: storedFilesystem(fieldsIn(spec['fs'])),
    env: fieldsIn(spec['env']),
    ...(channels.length === 0 ? {} : { channels }),
  };
}

/**
 * The shortest spec that means the same inside a workflow: without what says nothing, amounts as the server writes them. Two specs
 * that mean the same have the same one, and it is its own. The colony is that of the workflow, whatever a node says of it.
 */
export function normalFuncSpec(spec: Fields): Fields {
  const { nodename, funcname, args, kwargs, env, conditions, maxwaittime, maxexectime, ...rest } = storedFuncSpec(spec);
  const { cpu, mem, storage, gpu, ...needs } = conditions as Fields;
  const { mem: gpuMemory, ...gpuRest } = gpu as Fields;
  const limit = (seconds: Value | undefined): Value => (typeof seconds === 'number' && seconds > 0 ? seconds : 0);
  const told = said({
    args,
    kwargs,
    ...rest,
    maxwaittime: limit(maxwaittime),
    // Of a node, 0 is read as -1; on its own, a function would fail at once.
    maxexectime: limit(maxexectime),
    conditions: said({
      ...needs,
      colonyname: '',
      cpu: amount(cpu),
      mem: amount(mem),
      storage: amount(storage),
      gpu: said({ ...gpuRest, mem: amount(gpuMemory) }),
    }),
    fs: saidOfFiles(rest['fs'] as Fields),
    env,
  });
  return { nodename: nodename ?? '', funcname: funcname ?? '', ...told };
}

/** What is sent for a node: everything said, nothing left to the zeros of the server's language. */
export function fullFuncSpec(spec: Fields, colony: string): Fields {
  const { conditions, ...rest } = spec;
  return storedFuncSpec({ maxwaittime: -1, maxexectime: -1, ...rest, conditions: { ...fieldsIn(conditions), colonyname: colony } });
}

const textIn = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const numberIn = (value: Value | undefined): number => (typeof value === 'number' ? value : 0);
const fieldsIn = (value: Value | undefined): Fields => (isFields(value) ? value : {});
const textsIn = (value: Value | undefined): readonly string[] =>
  isList(value) ? value.filter((one): one is string => typeof one === 'string') : [];

const isAnybody = (names: readonly Value[]): boolean => names.length === 1 && names[0] === '*';

function storedCpu(value: Value | undefined): string {
  const read = cpuOf(textIn(value));
  return 'problem' in read ? textIn(value) : `${String(read.amount)}m`;
}

function storedMemory(value: Value | undefined): string {
  const read = memoryOf(textIn(value));
  return 'problem' in read ? textIn(value) : memoryText(read.amount);
}

function storedFilesystem(fs: Fields): Fields {
  const list = (value: Value | undefined, entry: (one: Fields) => Fields): Value =>
    isList(value) ? value.map((one) => entry(fieldsIn(one))) : null;
  const yes = (value: Value | undefined): boolean => value === true;
  return {
    mount: textIn(fs['mount']),
    snapshots: list(fs['snapshots'], (one) => ({
      snapshotid: textIn(one['snapshotid']),
      label: textIn(one['label']),
      dir: textIn(one['dir']),
      keepfiles: yes(one['keepfiles']),
      keepsnapshot: yes(one['keepsnapshot']),
    })),
    dirs: list(fs['dirs'], (one) => {
      const { onstart, onclose } = fieldsIn(one['onconflicts']);
      return {
        label: textIn(one['label']),
        dir: textIn(one['dir']),
        keepfiles: yes(one['keepfiles']),
        onconflicts: {
          onstart: { keeplocal: yes(fieldsIn(onstart)['keeplocal']) },
          onclose: { keeplocal: yes(fieldsIn(onclose)['keeplocal']) },
        },
      };
    }),
  };
}

const amount = (text: Value | undefined): Value => (text === '0m' || text === '0Mi' || text === undefined ? '' : text);

/** The members that say something: the zero of a type and what holds nothing do not. */
function said(fields: { readonly [name: string]: Value | undefined }): Fields {
  const says = (value: Value | undefined): value is Value => {
    if (value === undefined || value === null || value === '' || value === 0 || value === false) return false;
    return typeof value !== 'object' || Object.keys(value).length > 0;
  };
  return Object.fromEntries(Object.entries(fields).filter((member): member is [string, Value] => says(member[1])));
}

/** The same, all the way down. */
function saidOfFiles(value: Fields): Fields {
  const below = (inner: Value): Value => (isList(inner) ? inner.map(below) : isFields(inner) ? saidOfFiles(inner) : inner);
  return said(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, below(inner)])));
}
