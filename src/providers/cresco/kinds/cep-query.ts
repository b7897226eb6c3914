import { readFileSync } from 'node:fs';
import { Fault } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import type { Finding, Kind, Sighting } from '../../contract.ts';
import type { Fabric } from '../session.ts';
import type { CepQuerySpec } from '../types.ts';
import { agentsKnown } from './agents-seen.ts';
import { agentText } from './places.ts';

const SCHEMA = new URL('../../../../schemas/cresco/CepQuery.v1.json', import.meta.url);

/**
 * A query over streams. Its handle is the id that the answer to its making gives: no server lists queries or says how one stands, so
 * all that is known of one is the record.
 */
export const cepQuery: Kind<Fabric, CepQuerySpec> = {
  kind: 'cresco/CepQuery',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: true,
  readable: false,
  replace: 'delete-first',
  open: () => ({ check, normalize: (spec) => spec }),
  async *observe(read, { known }, { signal }) {
    const missing = await agentsKnown(read, signal);
    yield known.map(({ id, handle, want }): Sighting<CepQuerySpec> => {
      if (handle !== undefined) return { seen: 'live', id, handle, spec: {} as CepQuerySpec };
      const fault = want === undefined ? undefined : missing([{ place: (want as unknown as CepQuerySpec).agent, at: '/agent' }]);
      return fault === undefined ? { seen: 'absent', id } : { seen: 'unknown', id, fault: { ...fault, resource: id } };
    });
    yield [{ seen: 'end', strangers: 'none', pages: 1 }];
  },
  async make({ write }, { want }, { signal }) {
    const { agent, input, output, query } = want;
    const cep = {
      inputStream: input.stream,
      inputAttributes: input.attributes,
      outputStream: output.stream,
      outputAttributes: output.attributes,
      query,
    };
    const { id } = await write.agents.addCepQuery({ ...agent, cep }, { signal });
    return { handle: id };
  },
  async remove({ read, write }, { id: resource, want: { agent }, recorded }, { signal }) {
    const { generation } = await read.api.identity({ signal });
    if (generation === 2) throw stays(resource, agentText(agent));
    await write.agents.removeCepQuery({ ...agent, id: recorded?.handle ?? '' }, { signal });
  },
};

/** The fabric takes a query that names other streams than its own, and never delivers anything. */
function check({ input, output, query }: CepQuerySpec): readonly Finding[] {
  const words = new Set(query.match(/[A-Za-z_]\w*/g));
  return [input.stream, output.stream]
    .filter((stream) => !words.has(stream))
    .map((stream) => ({
      code: 'CEP_STREAM',
      summary: `the query does not name the stream ${stream}`,
      detail:
        'A query reads its input and inserts into its output. The fabric takes one that does not compile as well, says that it is active, and delivers nothing.',
      hint: `from ${input.stream} select … insert into ${output.stream}`,
      pointer: '/query',
    }));
}

const stays = (resource: string, agent: string): Fault =>
  new Fault(
    {
      code: 'CRESCO_CEP_STAYS',
      summary: 'this fabric cannot take a query away',
      detail: `Servers of generation 2 have no such request: the query runs until the controller of ${agent} is restarted. Nothing was sent.`,
      hint: 'Restart that controller when it suits, and let the record go: setpoint state forget.',
      resource,
    },
    { sent: 'no' },
  );
