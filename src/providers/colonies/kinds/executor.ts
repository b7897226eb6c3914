import { readFileSync } from 'node:fs';
import type { Difference } from '../../../core/plan.ts';
import type { FieldRule } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding, Kind, Live, Shape } from '../../contract.ts';
import type { Colony } from '../session.ts';
import type { ExecutorSpec } from '../types.ts';
import { capabilityFindings, plainCapabilities } from './capabilities.ts';
import { makeExecutor, removeExecutor, updateExecutor } from './executor-made.ts';
import { observeExecutors } from './executor-seen.ts';
import { needsOwner } from './faults.ts';
import { claimOn, describedAs } from './function-form.ts';
import { identityFindings, publicOf, sameIdentity } from './identity.ts';
import { colonIn } from './names.ts';
import { forMembers } from './readable.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Executor.v1.json', import.meta.url);

/**
 * An executor, with what only itself may say of it where its key is known. Its handle is the executorid, its key the name, which belongs
 * to it for ever.
 */
export const executor: Kind<Colony, ExecutorSpec> = {
  kind: 'colonies/Executor',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: () => shape,
  key: ({ name: own }, name) => own ?? name,
  observe: forMembers(observeExecutors),
  make: makeExecutor,
  update: updateExecutor,
  remove: removeExecutor,
  mayWrite: (write) => needsOwner(write, 'an executor'),
  publicOf,
  effects,
};

const shape: Shape<ExecutorSpec> = {
  check: (spec) => [
    ...colonIn(spec.name, 'an executor', '/name'),
    ...identityFindings({ key: spec.key, id: spec.executorid }, { field: 'executorid', optional: false }),
    ...functionFindings(spec),
    ...capabilityFindings(spec),
  ],
  normalize({ capabilities, functions, ...rest }) {
    return {
      ...rest,
      ...(capabilities === undefined ? {} : { capabilities: plainCapabilities(capabilities) }),
      ...(functions === undefined ? {} : { functions: functions.map((one) => ({ name: one.name, ...describedAs(one) })) }),
    };
  },
  together: sameIdentity,
  claims: ({ functions = [] }, id) => functions.map(({ name }, i) => claimOn({ name, executor: id }, `/functions/${i}/name`)),
  // What an executor can do only the executor itself may change: without its key it is what it was when it was added.
  rule: ({ key }, fixed) => (key === undefined ? withFixedCapabilities(fixed) : fixed),
};

const fixedRules = new WeakMap<FieldRule, FieldRule>();
function withFixedCapabilities(rule: FieldRule): FieldRule {
  let fixed = fixedRules.get(rule);
  if (fixed === undefined) {
    const capabilities: FieldRule = { ...rule.fields?.['capabilities'], immutable: true };
    fixedRules.set(rule, (fixed = { ...rule, fields: { ...rule.fields, capabilities } }));
  }
  return fixed;
}

function functionFindings({ key, functions = [], approved }: ExecutorSpec): readonly Finding[] {
  if (functions.length === 0) return [];
  const names = functions.map(({ name }) => name);
  const double = functions.findIndex(({ name }, i) => names.indexOf(name) < i);
  return [
    ...(key === undefined ? [keyless] : []),
    ...(approved === false ? [notApproved] : []),
    ...(double < 0 ? [] : [twice(names[double] ?? '', double)]),
  ];
}

const keyless: Finding = {
  code: 'COLONIES_FUNCTION_KEY',
  summary: "functions take the executor's own key",
  detail: 'An executor registers its functions itself: the server takes them from nobody else, not even from the owner of the colony.',
  hint: 'Give its key; or leave functions out, and let its program register them when it starts.',
  pointer: '/functions',
};

const notApproved: Finding = {
  code: 'COLONIES_FUNCTION_APPROVAL',
  summary: 'an executor that is not approved cannot register functions',
  detail: 'Until it is approved the server takes nothing from it.',
  hint: 'Leave functions out while it is not approved. They are registered when it is.',
  pointer: '/functions',
};

const twice = (name: string, at: number): Finding => ({
  code: 'COLONIES_FUNCTION_TWICE',
  summary: `the function ${name} is there twice`,
  detail: 'The server would register it twice, and nobody could tell the two apart.',
  hint: 'Take one of the two out.',
  pointer: `/functions/${at}/name`,
});

function effects(differences: readonly Difference[], live?: Live): readonly string[] {
  if (live === undefined) return [];
  const isReplaced = differences.some(({ forcesReplace }) => forcesReplace === true);
  const isRemoved = differences.some(({ path, dropped }) => path === '/executortype' && dropped === true);
  if (isReplaced || isRemoved) {
    // Only where the server gives a name to another one is a new one planned under the name of the old.
    const keepsName = isReplaced && !differences.some(({ path }) => path === '/name');
    return [
      'its functions go, and what it is working on goes back to the queue',
      ...(keepsName ? [] : [`the name ${live.key ?? ''} stays taken: no other key can have it, unless the server allows that`]),
    ];
  }
  const rejected = differences.some(({ path, after }) => path === '/approved' && after === false);
  return rejected ? ['it gets no more work, and what it is working on it can no longer close'] : [];
}
