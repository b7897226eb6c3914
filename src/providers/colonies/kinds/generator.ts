import { readFileSync } from 'node:fs';
import { count } from '../../../core/count.ts';
import { idParts } from '../../../core/id.ts';
import type { Difference } from '../../../core/plan.ts';
import type { Fields } from '../../../core/value.ts';
import type { Kind, Live, Shape, Sighting } from '../../contract.ts';
import type { Generator } from '../client/index.ts';
import type { Colony } from '../session.ts';
import type { GeneratorSpec } from '../types.ts';
import { contains } from './contains.ts';
import { funcSpecFindings, normalFuncSpecs } from './func-specs.ts';
import { atRest } from './generator-rest.ts';
import { initiated } from './initiators.ts';
import { signedBy } from './keys-needed.ts';
import { listed, type Around, type Match } from './listed.ts';
import { colonIn } from './names.ts';
import { quietly } from './quietly.ts';
import { workflowIn, workflowText } from './workflow-text.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Generator.v1.json', import.meta.url);

/** More than there are: the server lists as many as it is asked for. */
const ALL = 1_000_000;
const NEVER = -1;

/** A workflow that is submitted when enough arguments wait for it. Its handle is the generatorid, its key the name. */
export const generator: Kind<Colony, GeneratorSpec> = {
  kind: 'colonies/Generator',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  replace: 'delete-first',
  open: (_, { colony }) => shapeOf(typeof colony === 'string' ? colony : undefined),
  key: ({ name: own }, name) => own ?? name,
  observe: listed<Generator, GeneratorSpec>({
    list: (from, signal) => from.ask('getgeneratorsmsg', { colonyname: from.colony, count: ALL }, signal),
    handleOf: ({ generatorid }) => generatorid,
    nameOf: ({ name }) => name,
    sightingsOf,
  }),
  async make({ read: { colony }, write }, { id, intent, want }, { signal }) {
    const { name = idParts(id).name, trigger, timeout = NEVER, functionspecs } = want;
    const workflowspec = workflowText(functionspecs, { colony, id, intent });
    const { generatorid } = await write.call(
      'addgeneratormsg',
      { generator: { name, colonyname: colony, trigger, timeout, workflowspec } },
      { signal },
    );
    return { handle: generatorid, key: name };
  },
  async remove({ read, write }, { recorded, live }, { signal }) {
    const generatorid = recorded?.handle ?? live?.handle ?? '';
    await atRest(read, generatorid, signal);
    await quietly(write.call('removegeneratormsg', { generatorid }, { signal }));
  },
  mayWrite: signedBy('member'),
  effects,
};

const shapeOf = (colony: string | undefined): Shape<GeneratorSpec> => ({
  check: (spec) => [...colonIn(spec.name, 'a generator', '/name'), ...funcSpecFindings(spec.functionspecs, colony)],
  normalize,
});

const normalize = ({ timeout = NEVER, functionspecs, ...rest }: GeneratorSpec): GeneratorSpec => ({
  ...rest,
  timeout: timeout > 0 ? timeout : NEVER,
  functionspecs: normalFuncSpecs(functionspecs),
});

async function sightingsOf(
  found: readonly Match<Generator>[],
  { read, call: { signal } }: Around<Generator>,
): Promise<readonly Sighting<GeneratorSpec>[]> {
  const ours = found.filter(({ known }) => known !== undefined).map(({ item }) => item);
  const remarksOn = await initiated(read, ours, signal);
  return Promise.all(
    found.map(async ({ item, known }): Promise<Sighting<GeneratorSpec>> => {
      const { generatorid, name, trigger, timeout, initiatorname } = item;
      const { specs, mark } = workflowIn(item.workflowspec);
      const spec = normalize({ name, trigger, timeout, functionspecs: specs });
      // A list says nothing about the arguments that wait. They matter where it is about to go.
      const remarks = known === undefined ? [] : remarksOn(item);
      const isSame = known?.want !== undefined && contains(spec as unknown as Fields, known.want);
      const stays = known === undefined || (isSame && remarks.length === 0);
      const queued = stays ? undefined : (await read.ask('getgeneratormsg', { generatorid }, signal)).queuesize;
      return {
        seen: 'live',
        handle: generatorid,
        key: name,
        spec,
        status: { generatorid, initiatorname, ...(queued === undefined ? {} : { queued }) },
        ...(mark === undefined ? {} : { mark }),
        ...(remarks.length === 0 ? {} : { remarks }),
      };
    }),
  );
}

function effects(differences: readonly Difference[], live?: Live): readonly string[] {
  const queued = live?.status['queued'];
  const goes = differences.some(({ forcesReplace, dropped }) => forcesReplace === true || dropped === true);
  return goes && typeof queued === 'number' && queued > 0 ? [`${count(queued, 'queued argument is', 'queued arguments are')} lost`] : [];
}
