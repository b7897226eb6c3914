import { member, type Pointer } from '../../../core/pointer.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding } from '../../contract.ts';
import { normalFuncSpec } from '../rules/funcspec.ts';
import { graphFlaws, type GraphFlaw, type GraphNode } from '../rules/graph.ts';
import { cpuOf, MEMORY_UNITS, memoryOf, memoryText } from '../rules/quantities.ts';
import type { FuncSpec } from '../types.ts';
import { colonIn } from './names.ts';

/** Names of the environment that we find our own runs by. */
export const OUR_ENV = 'SETPOINT_';

/** A function spec as a manifest has it, with the words of today. */
export const normalFuncSpecs = (specs: readonly FuncSpec[]): FuncSpec[] =>
  specs.map((spec) => normalFuncSpec(modern(spec) as unknown as Fields) as unknown as FuncSpec);

/** Colonies up to v1.7 had other words for two conditions. */
function modern({ conditions, ...rest }: FuncSpec): FuncSpec {
  const { executorids, 'processes-per-node': perNode, ...today } = conditions;
  return {
    ...rest,
    conditions: {
      ...today,
      ...(executorids === undefined ? {} : { executornames: executorids }),
      ...(perNode === undefined ? {} : { processespernode: perNode }),
    },
  };
}

/** The nodes of a workflow as its graph knows them. */
export const nodesOf = (specs: readonly FuncSpec[]): readonly GraphNode[] =>
  specs.map(({ nodename, conditions }) => ({ name: nodename, needs: conditions.dependencies ?? [] }));

/** What is wrong with the functions of a workflow, each where it stands below `/functionspecs`. */
export function funcSpecFindings(specs: readonly FuncSpec[], colony: string | undefined): readonly Finding[] {
  const at = (node: number): Pointer => member('/functionspecs', node);
  return [
    ...specs.flatMap((spec, node) => findingsOf(spec, { at: at(node), colony })),
    ...graphFlaws(nodesOf(specs)).map((flaw) => graphFinding(flaw, { specs, at })),
  ];
}

interface Place {
  readonly at: Pointer;
  readonly colony: string | undefined;
}

function findingsOf(spec: FuncSpec, { at, colony }: Place): readonly Finding[] {
  const { conditions } = spec;
  const below = `${at}/conditions`;
  const twice = (
    [
      ['executorids', 'executornames'],
      ['processes-per-node', 'processespernode'],
    ] as const
  ).filter(([old, today]) => conditions[old] !== undefined && conditions[today] !== undefined);
  return [
    ...(spec.maxexectime === 0 ? [noTime(`${at}/maxexectime`)] : []),
    ...Object.keys(spec.env ?? {})
      .filter((name) => name.startsWith(OUR_ENV))
      .map((name) => ourEnv(member(`${at}/env`, name))),
    ...twice.map(([old, today]) => oldAndNew(old, today, below)),
    ...(conditions.colonyname === undefined || colony === undefined || conditions.colonyname === colony
      ? []
      : [otherColony(conditions.colonyname, { at: below, colony })]),
    ...(conditions.executornames ?? []).flatMap((name, i) => colonIn(name, 'an executor', `${below}/executornames/${i}`)),
    ...(conditions.executorids ?? []).flatMap((name, i) => colonIn(name, 'an executor', `${below}/executorids/${i}`)),
    ...colonIn(conditions.locationname, 'a location', `${below}/locationname`),
    ...cpuFindings(conditions.cpu, `${below}/cpu`),
    ...memoryFindings(conditions.mem, `${below}/mem`),
    ...memoryFindings(conditions.storage, `${below}/storage`),
    ...memoryFindings(conditions.gpu?.mem, `${below}/gpu/mem`),
  ];
}

function cpuFindings(text: string | undefined, pointer: Pointer): readonly Finding[] {
  if (text === undefined || text === '' || /^\d+m$/.test(text)) return [];
  const cores = /^\d+(\.\d{1,3})?$/.test(text) ? `${Math.round(Number(text) * 1000)}m` : undefined;
  const read = cpuOf(text);
  return [
    {
      code: 'FUNCSPEC_AMOUNT',
      summary: `${text} is no amount of processor time`,
      detail: `It is counted in thousandths: 1000m is one processor. The server ${'problem' in read ? 'refuses this' : `reads this as ${read.amount}m`}.`,
      hint: cores === undefined ? 'Write a whole number with an m behind it.' : `Write ${cores}.`,
      pointer,
    },
  ];
}

function memoryFindings(text: string | undefined, pointer: Pointer): readonly Finding[] {
  if (text === undefined || text === '') return [];
  const read = memoryOf(text);
  const known = MEMORY_UNITS.some((unit) => text.endsWith(unit));
  if (known && 'amount' in read && read.amount >= 0n) {
    if (read.amount === 0n || memoryText(read.amount) !== '0Mi') return [];
    const detail = 'The server keeps whole Mi and cuts the rest off: what is left asks for nothing.';
    return [{ code: 'FUNCSPEC_AMOUNT', severity: 'warning', summary: `${text} is less than 1Mi`, detail, hint: 'Write 1Mi.', pointer }];
  }
  const units = 'Write a whole number with Ki, Mi, Gi or TiB behind it.';
  return [
    {
      code: 'FUNCSPEC_AMOUNT',
      summary: `${text} is no amount of memory`,
      detail: `The server looks for the unit in a list that has no order: most units it reads one way or another by chance, or not at all.`,
      hint: 'amount' in read && read.amount > 0n ? `${units} The server would make ${memoryText(read.amount)} of it.` : units,
      pointer,
    },
  ];
}

function graphFinding(
  flaw: GraphFlaw,
  { specs, at }: { readonly specs: readonly FuncSpec[]; readonly at: (node: number) => Pointer },
): Finding {
  const name = (node: number): string => specs[node]?.nodename ?? '';
  switch (flaw.flaw) {
    case 'nameless':
      return {
        code: 'WORKFLOW_NODE',
        summary: 'a function of a workflow needs a nodename',
        detail: 'The server refuses a workflow with a function that has none; a cron with one never runs.',
        hint: 'Name it after what it does: others may depend on it by that name.',
        pointer: `${at(flaw.node)}/nodename`,
      };
    case 'double':
      return {
        code: 'WORKFLOW_NODE',
        summary: `two functions are called ${flaw.name}`,
        detail: `The other one is number ${flaw.first + 1} of the list. The server refuses such a workflow: nobody could tell which one a dependency means.`,
        hint: 'Rename one of the two.',
        pointer: `${at(flaw.node)}/nodename`,
      };
    case 'unknown':
      return {
        code: 'WORKFLOW_DEPENDENCY',
        summary: `no function is called "${flaw.name}"`,
        detail:
          'The server refuses the workflow, but a row of it stays behind, and then it can list no waiting workflow of the colony any more.',
        hint:
          flaw.near === undefined ? `Its functions are ${specs.map(({ nodename }) => nodename).join(', ')}.` : `Did you mean ${flaw.near}?`,
        pointer: `${at(flaw.node)}/conditions/dependencies/${flaw.need}`,
      };
    case 'cycle': {
      const [first = 0] = flaw.nodes;
      const round = [...flaw.nodes, first].map(name).join(' -> ');
      return {
        code: 'WORKFLOW_CYCLE',
        summary: flaw.nodes.length === 1 ? `${name(first)} waits for itself` : `functions wait for each other: ${round}`,
        detail: `${flaw.nodes.length === 1 ? '' : 'Each needs the one behind the arrow. '}The server takes such a workflow and never runs it.`,
        hint: 'Take one of these dependencies out.',
        pointer: `${at(first)}/conditions/dependencies`,
      };
    }
  }
}

const noTime = (pointer: Pointer): Finding => ({
  code: 'FUNCSPEC_TIME',
  summary: 'a function with no time to run fails at once',
  detail:
    'Outside of a workflow the server fails it as soon as an executor has it. Inside of one it takes 0 for no limit: nobody can tell which is meant.',
  hint: 'Write -1 for no limit, or the seconds that it may take.',
  pointer,
});

const ourEnv = (pointer: Pointer): Finding => ({
  code: 'FUNCSPEC_FIELD',
  summary: `names that begin with ${OUR_ENV} are our own`,
  detail: 'They say whose run it is and which one, so that it is found again when an answer of the server is lost.',
  hint: 'Give it another name.',
  pointer,
  part: 'key',
});

const oldAndNew = (old: string, today: string, at: Pointer): Finding => ({
  code: 'FUNCSPEC_FIELD',
  summary: `${old} is the old word for ${today}, and both are set`,
  detail: 'They mean the same thing, so it would have two values.',
  hint: `Take ${old} out.`,
  pointer: member(at, old),
  part: 'key',
});

const otherColony = (name: string, { at, colony }: Place): Finding => ({
  code: 'FUNCSPEC_FIELD',
  summary: `the colony of the target is ${String(colony)}, not ${name}`,
  detail: 'A function of a workflow runs in the colony of the workflow, whatever it says itself.',
  hint: 'Take colonyname out, or use a target of that colony.',
  pointer: `${at}/colonyname`,
});
