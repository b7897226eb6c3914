import { readFileSync } from 'node:fs';
import { idParts } from '../../../core/id.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding, Kind, Known } from '../../contract.ts';
import type { Params } from '../client/index.ts';
import type { Fabric } from '../session.ts';
import type { FileSyncSpec } from '../types.ts';
import { jarIn, markParams } from './params.ts';
import { makePipeline, removePipeline } from './pipeline-made.ts';
import type { PipelineForm, PipelineSeen } from './pipeline-seen.ts';
import { markIn, observePipelines, placeIn } from './pipeline-seen.ts';
import { packageHandle } from './places.ts';

const SCHEMA = new URL('../../../../schemas/cresco/FileSync.v1.json', import.meta.url);

const form: PipelineForm<FileSyncSpec> = {
  specOf,
  agentsIn: ({ from, to }) => [
    { place: from, at: '/from' },
    { place: to, at: '/to' },
  ],
  isOne: (pipeline) => markIn(pipeline)?.split('/').slice(1, 3).join('/') === 'cresco/FileSync',
};

/** Beside pipelines of the same name. */
const pipelineName = (name: string): string => `filesync-${name}`;

/**
 * Two filerepo plugins that find each other by a name on the data plane, as one pipeline. Two pairs of one name would serve each other's
 * folders, so the old pair goes before the new one comes; the new one scans everything again, and nothing is missed.
 */
export const fileSync: Kind<Fabric, FileSyncSpec> = {
  kind: 'cresco/FileSync',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  settle: { withinMs: 120_000, everyMs: 1_000 },
  open: () => ({ check: () => [], normalize: (spec) => spec, together }),
  key: (_, name) => pipelineName(name),
  observe: (read, ask, call) => observePipelines(form, { read, ask, call }),
  make(session, work, call) {
    const { name } = idParts(work.id);
    const { plugin, name: pair = name, from, to } = work.want;
    const { recursive = true, delay = 5, every = 15 } = from;
    const source: Params = {
      filerepo_name: pair,
      scan_dir: from.folder,
      // Without it filerepo 1.2 starts nothing.
      enable_scan: 'true',
      scan_recursive: String(recursive),
      scan_delay: String(Math.round(delay * 1000)),
      scan_period: String(Math.round(every * 1000)),
    };
    const toMake = {
      name: pipelineName(name),
      nodes: [
        { name: 'from', plugin, agent: from, params: { ...source, ...markParams(work) } },
        { name: 'to', plugin, agent: to, params: { filerepo_name: pair, repo_dir: to.folder, ...markParams(work) } },
      ],
      edges: [{ from: 'from', to: 'to' }],
    };
    return makePipeline(session, toMake, { work, call });
  },
  remove: (session, { recorded, live }, call) => removePipeline(session, recorded?.handle ?? live?.handle ?? '', call),
};

/** Two pairs of one name would serve each other's folders. */
function together(all: readonly { readonly id: string; readonly spec: FileSyncSpec }[]): readonly Finding[] {
  const first = new Map<string, string>();
  return all.flatMap(({ id, spec }) => {
    const { name } = idParts(id);
    const pair = spec.name ?? name;
    const other = first.get(pair);
    if (other === undefined) first.set(pair, name);
    return other === undefined ? [] : [twice(id, { pair, other, at: spec.name === undefined ? '' : '/name' })];
  });
}

const twice = (resource: string, { pair, other, at }: { readonly pair: string; readonly other: string; readonly at: string }): Finding => ({
  code: 'FILESYNC_NAME',
  summary: `two file syncs are called ${pair}`,
  detail: `FileSync/${other} has this name as well. Plugins find each other by it, so files of the one would arrive in the folder of the other.`,
  hint: 'Give one of them another spec.name.',
  pointer: at,
  resource,
});

function specOf({ nodes }: PipelineSeen, _known: Known | undefined): FileSyncSpec {
  const [source, destination] = (['from', 'to'] as const).map((name) => nodes.find((node) => node.name === name));
  const params: Params = source?.params ?? {};
  const jar = jarIn(params);
  const seconds = (name: string): number => Number(params[name] ?? '0') / 1000;
  return {
    plugin: jar === undefined ? (params['pluginname'] ?? '') : packageHandle(jar),
    name: params['filerepo_name'] ?? '',
    from: {
      ...placeIn(params),
      folder: params['scan_dir'] ?? '',
      recursive: params['scan_recursive'] !== 'false',
      delay: seconds('scan_delay'),
      every: seconds('scan_period'),
      // The type says true, which is all that a manifest may want.
      running: (source?.running ?? false) as true,
    },
    to: {
      ...placeIn(destination?.params ?? {}),
      folder: destination?.params['repo_dir'] ?? '',
      running: (destination?.running ?? false) as true,
    },
  };
}
