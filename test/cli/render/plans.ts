import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import type { Change, Difference, Plan, Step } from '../../../src/core/plan.ts';
import { refMark, secretMark, unknownMark } from '../../../src/core/mark.ts';

/** Hand-made plans for the goldens: what a night shift at a small brewery may have to read. */

const MADE = '2026-11-22T10:20:00.000Z';

export function plan(parts: Partial<Plan> = {}): Plan {
  return {
    format: 1,
    digest: '4f3a9c0000000000000000000000000000000000000000000000000000000000',
    made: MADE,
    environment: '',
    sandbox: false,
    targets: {},
    changes: [],
    steps: [],
    evidence: [],
    deferred: [],
    problems: [],
    inStep: 0,
    total: 0,
    ...parts,
  };
}

export function change(parts: Partial<Change> & Pick<Change, 'id' | 'action'>): Change {
  return { reason: 'edited', differences: [], effects: [], risk: 'update', ...parts };
}

export const edited = (
  path: string,
  before: Difference['before'],
  after: Difference['after'],
  more: Partial<Difference> = {},
): Difference => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
  cause: 'edited',
  ...more,
});

export const fault = (code: string, summary: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  code,
  severity: 'error',
  summary,
  ...more,
});

const writes = { want: {}, needs: [], lifecycle: {}, shape: 'cresco/Pipeline.v1' } as const;
const recorded = {
  id: 'edge/cresco/Pipeline/telemetry',
  shape: 'cresco/Pipeline.v1',
  handle: 'resource-1',
  applied: {},
  needs: [],
  lifecycle: {},
  by: { run: '80', at: '2026-11-21T10:00:00.000Z' },
} as const;

export function step(parts: { n: number; id: string; verb: 'create' | 'delete' | 'update'; after?: readonly number[] }): Step {
  const kind = parts.id.split('/').slice(1, 3).join('/');
  const base = { n: parts.n, id: parts.id, kind, after: parts.after ?? [], ready: [] };
  if (parts.verb === 'create') return { ...base, verb: 'create', expect: { absent: 'telemetry' }, ...writes };
  if (parts.verb === 'delete')
    return { ...base, verb: 'delete', handle: 'resource-1', expect: { handle: 'resource-1', owned: 'aa' }, recorded, old: true };
  return { ...base, verb: 'update', handle: 'zone', expect: { handle: 'zone', owned: 'aa' }, differences: [], ...writes };
}

const zone = 'brewery/confhoard/Config/fermentation';
const pipeline = 'edge/cresco/Pipeline/telemetry';
const cooker = 'colony/colonies/Executor/cooker';
const nightly = 'flows/prefect/Deployment/nightly';

/** The example of the handbook: one of each of the four commonest. */
export const everyday: Plan = plan({
  targets: { brewery: { provider: 'confhoard', version: '1' }, edge: { provider: 'cresco', version: '1' } },
  changes: [
    change({
      id: zone,
      action: 'update',
      reason: 'edited-and-drifted',
      risk: 'physical',
      origin: { file: 'manifests/zone.yaml', line: 3, document: 0 },
      author: { via: 'console', who: 'bob', at: '2026-11-22T02:14:09.000Z' },
      differences: [
        edited('/setpoint', '17.0', '18.5', { units: '°C' }),
        { path: '/highpoint', before: '21.0', after: '18.8', was: '18.8', cause: 'drifted', units: '°C' },
      ],
      effects: ['ramp 1.0 °C/h under Interlock/gentle: 17.5 now, 18.5 at about 15:40'],
    }),
    change({
      id: pipeline,
      action: 'replace',
      reason: 'immutable',
      risk: 'replace',
      origin: { file: 'manifests/edge.yaml', line: 1, document: 0 },
      differences: [edited('/nodes/["source"]/params/rate', 10, 20, { forcesReplace: true })],
    }),
    change({
      id: nightly,
      action: 'update',
      origin: { file: 'manifests/flows.yaml', line: 20, document: 1 },
      differences: [edited('/schedules/0/cron', '0 3 * * *', '0 4 * * *')],
      effects: ['3 runs already scheduled are deleted and made again'],
    }),
    change({
      id: cooker,
      action: 'create',
      reason: 'new',
      risk: 'create',
      origin: { file: 'manifests/jobs.yaml', line: 1, document: 0 },
      differences: [
        edited('/executorid', undefined, unknownMark('colony/colonies/User/cook')),
        edited('/functions', undefined, ['boil', 'whirlpool']),
        edited('/colony', undefined, refMark('colony/colonies/Colony/north')),
        edited('/key', undefined, secretMark({ generate: 'secp256k1' }), { sensitive: true }),
      ],
    }),
  ],
  steps: [
    step({ n: 0, id: zone, verb: 'update' }),
    step({ n: 1, id: pipeline, verb: 'create' }),
    step({ n: 2, id: pipeline, verb: 'delete', after: [1] }),
    step({ n: 3, id: nightly, verb: 'update' }),
    step({ n: 4, id: cooker, verb: 'create' }),
  ],
  inStep: 41,
  total: 45,
});

/** Where the leaves of `everyday` stand in their files. */
export const leafLines: Readonly<Record<string, number>> = {
  '/setpoint': 12,
  '/nodes/["source"]/params/rate': 14,
  '/schedules/0/cron': 31,
};

/** One change for every action and reason, most of them with something to say. */
export const zoo: Plan = plan({
  environment: 'production',
  sandbox: true,
  targets: {
    brewery: { provider: 'confhoard', version: '1' },
    edge: {
      provider: 'cresco',
      version: '1',
      fault: fault('PEER_DOWN', 'connection refused, 3 tries', { hint: 'Is the agent running? setpoint doctor edge looks closer.' }),
    },
    factory: { provider: 'archfx', version: '1' },
  },
  changes: [
    change({
      id: 'brewery/confhoard/Config/boiler',
      action: 'none',
      reason: 'found-unrecorded',
      origin: { file: 'manifests/boiler.yaml', line: 1, document: 0 },
      differences: [edited('/enabled', false, true)],
      blocked: fault('NOT_ADOPTED', 'it exists already and is not recorded here', {
        detail: 'Setpoint takes over an existing object only when it is told to: somebody else may depend on its present values.',
        hint: 'Write lifecycle: {adopt: true} or run setpoint adopt confhoard/Config/boiler.',
      }),
    }),
    change({
      id: 'brewery/confhoard/Config/mash',
      action: 'advance',
      reason: 'in-motion',
      risk: 'physical',
      origin: { file: 'manifests/mash.yaml', line: 1, document: 0 },
      differences: [{ path: '/setpoint', before: '64.0', after: '65.0', cause: 'edited', units: '°C' }],
      motion: {
        goal: { setpoint: '67.0' },
        plan: 'aa',
        since: '2026-11-22T09:50:00Z',
        next: '2026-11-22T10:50:00Z',
        deadline: '2026-11-23T02:00:00Z',
      },
    }),
    change({
      id: 'factory/archfx/Line/two',
      action: 'delete',
      reason: 'removed',
      risk: 'irreversible',
      effects: ['4 streams lose their history'],
    }),
    change({ id: 'factory/archfx/Machine/two-a', action: 'delete', reason: 'gone-with-parent', risk: 'irreversible' }),
    change({
      id: 'brewery/confhoard/Config/probe',
      action: 'create',
      reason: 'vanished',
      origin: { file: 'manifests/probe.yaml', line: 9, document: 0 },
      differences: [edited('/probe/["28-0001"]/offset', undefined, '0.3', { units: 'K' })],
    }),
    change({
      id: 'factory/archfx/Site/plant-1',
      action: 'adopt',
      reason: 'found-unrecorded',
      origin: { file: 'manifests/plant.yaml', line: 1, document: 0 },
      differences: [edited('/title', 'Plant One (old)', 'Plant 1')],
    }),
    change({ id: 'factory/archfx/Area/cellar', action: 'move', reason: 'renamed', from: 'factory/archfx/Area/basement' }),
    change({ id: 'factory/archfx/Org/hops', action: 'forget', reason: 'cannot-be-deleted' }),
    change({ id: 'factory/archfx/Device/d-1', action: 'forget', reason: 'gone-already' }),
    change({ id: 'factory/archfx/Device/d-2', action: 'forget', reason: 'gone-with-parent' }),
    change({ id: 'factory/archfx/Device/d-3', action: 'forget', reason: 'removed' }),
    change({
      id: 'factory/archfx/Stream/flow',
      action: 'replace',
      reason: 'edited',
      risk: 'replace',
      differences: [edited('/type', 'gauge', 'counter', { forcesReplace: true }), edited('/label', 'Flow', 'Flow (total)')],
    }),
    change({
      id: 'brewery/confhoard/Config/lamp',
      action: 'update',
      reason: 'drifted',
      author: { at: '2026-11-20T18:02:00Z' },
      differences: [
        { path: '/password', before: 'hunter2', after: 'hunter3', cause: 'drifted', was: 'hunter3', sensitive: true },
        { path: '/brightness', before: 40, after: 60, was: 60, cause: 'drifted' },
        { path: '/colour', after: 'warm', was: 'warm', cause: 'drifted' },
        edited('/effect', 'pulse', undefined, { dropped: true }),
        edited('/port', '8080', 8080),
      ],
      effects: [],
    }),
    change({
      id: 'brewery/confhoard/Config/cellar',
      action: 'none',
      reason: 'drifted',
      ignored: [{ path: '/setpoint', before: '12.0', after: '11.0', was: '11.0', cause: 'drifted', units: '°C' }],
      remarks: [
        { class: 'held', at: '/fan', message: 'the switch on the wall is at off' },
        { class: 'unsaved', message: 'a restart of the datastore would lose it' },
      ],
    }),
    change({
      id: 'brewery/confhoard/Config/keg',
      action: 'none',
      reason: 'in-motion',
      motion: { goal: {}, plan: 'aa', since: MADE, deadline: '2026-11-22T12:00:00Z' },
    }),
    change({
      id: 'edge/cresco/Plugin/a',
      action: 'none',
      reason: 'unobserved',
      risk: 'none',
      fault: fault('PEER_DOWN', 'connection refused'),
    }),
    change({ id: 'edge/cresco/Plugin/b', action: 'none', reason: 'unobserved', risk: 'none' }),
    change({
      id: 'factory/archfx/Report/weekly',
      action: 'none',
      reason: 'unobserved',
      risk: 'none',
      fault: fault('ANSWER_SHORT', 'page 3 of 5 did not arrive', { hint: 'Run the plan again.' }),
    }),
    change({ id: 'factory/archfx/Machine/three', action: 'none', reason: 'deferred', risk: 'none' }),
    change({
      id: 'brewery/confhoard/Thing/door',
      action: 'none',
      reason: 'in-step',
      risk: 'none',
      unverifiable: ['/pin', '/params/["a~1b"]'],
    }),
  ],
  steps: [
    step({ n: 0, id: 'factory/archfx/Stream/flow', verb: 'delete' }),
    step({ n: 1, id: 'factory/archfx/Stream/flow', verb: 'create', after: [0] }),
  ],
  evidence: [{ id: 'factory/archfx/Line/two', source: 'manifests/lines.yaml', commit: '9d2e14f0aa' }],
  deferred: ['factory/archfx/Machine/four', 'factory/archfx/Machine/three'],
  problems: [
    {
      code: 'UNMANAGED',
      severity: 'warning',
      summary: '2 objects on factory are written down nowhere',
      hint: 'setpoint adopt --list factory names them.',
    },
  ],
  inStep: 12,
  total: 35,
});

const script = (middle: string): string =>
  ['#!/bin/sh', 'set -e', 'cd /srv/flows', 'git pull', 'pip install -r requirements.txt', middle, 'python run.py', 'echo done', ''].join(
    '\n',
  );

/** Values that do not fit: multi-line text, lists and maps, long ones that differ in one character. */
export const large: Plan = plan({
  targets: { flows: { provider: 'prefect', version: '1' } },
  changes: [
    change({
      id: nightly,
      action: 'update',
      origin: { file: 'manifests/a-very/deep/folder/of-flows/with-a-long-name/flows.yaml', line: 120, document: 1 },
      differences: [
        edited('/script', script('export STAGE=dev'), script('export STAGE=prod')),
        edited('/tags', ['a', 'b'], ['a', 'b', 'c']),
        edited(
          '/steps',
          [
            { name: 'fetch', with: { url: 'https://example.org/recipes', retries: 3 } },
            { name: 'brew', args: ['--slow', '--temperature', '65'] },
          ],
          [
            { name: 'fetch', with: { url: 'https://example.org/recipes', retries: 5 } },
            { name: 'brew', args: ['--slow', '--temperature', '65'] },
          ],
        ),
        edited(
          '/image',
          `registry.example.org/brewery/flows@sha256:${'0'.repeat(40)}7${'1'.repeat(20)}`,
          `registry.example.org/brewery/flows@sha256:${'0'.repeat(40)}8${'1'.repeat(20)}`,
        ),
        edited('/path', '/srv/flows/entry/points/nightly.py:main', '/srv/flows/entry/points/every-night.py:start', {}),
        edited('/a/very/long/path/that/does/not/fit/into/the/column/of/paths', 1, 2),
        edited('/empty', '', ' padded '),
      ],
    }),
    change({
      id: 'flows/prefect/WorkPool/kettle',
      action: 'create',
      reason: 'new',
      differences: [
        edited('/baseJobTemplate', undefined, {
          job_configuration: { command: '{{ command }}', env: { STAGE: 'prod', TOKEN: secretMark({ env: 'SLACK_TOKEN' }) }, labels: [] },
          variables: { type: 'object', required: ['command', 'env'], script: 'one\ntwo\n' },
        }),
        edited('/owner', undefined, refMark('flows/prefect/WorkQueue/hot', 'status.id')),
      ],
    }),
    change({ id: 'other/prefect/WorkPool/kettle', action: 'create', reason: 'new', origin: { file: 'b.yaml', line: 7, document: 0 } }),
  ],
  steps: [step({ n: 0, id: nightly, verb: 'update' })],
  inStep: 0,
  total: 3,
});
