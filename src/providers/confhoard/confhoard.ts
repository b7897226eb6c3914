import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { Fault } from '../../core/diagnostic.ts';
import type { Provider } from '../contract.ts';
import { viewDatastore } from './datastore/index.ts';
import { config } from './kinds/config.ts';
import { misbehaving } from './misbehaving.ts';
import { schemaFor } from './modules.ts';
import { operations } from './operations.ts';
import { sandbox } from './sandbox.ts';
import type { ConfhoardRead, ConfhoardSession } from './session.ts';
import { sessionOf } from './session.ts';

/** YANG-modelled configuration datastores that are embedded in a folder. */
export const confhoard: Provider<ConfhoardSession> = {
  name: 'confhoard',
  version: '1',
  kinds: [config],
  operations,
  options: () => ({
    type: 'object',
    additionalProperties: false,
    properties: {
      modules: {
        description: "Folders of YANG modules, relative to setpoint.yaml. Default: the brewery's own modules, which come with Setpoint.",
        type: 'array',
        minItems: 1,
        items: { type: 'string', minLength: 1 },
      },
      user: { description: 'The name under which commits are logged. Default: setpoint.', type: 'string', minLength: 1 },
    },
  }),
  async connect({ address, options, files }) {
    if (!isAbsolute(address)) throw notAFolder(address);
    const schema = schemaFor(options, files);
    const datastore = await misbehaving(viewDatastore({ folder: address, schema, now: Date.now, sessionId: randomUUID() }));
    return sessionOf(datastore, typeof options['user'] === 'string' ? options['user'] : 'setpoint');
  },
  identify: (read) => read.instance(),
  found: ({ write }) => write.found(),
  sandbox,
  examine,
};

async function* examine(read: ConfhoardRead): AsyncGenerator<{ readonly name: string; readonly ok: boolean; readonly message: string }> {
  const { running, persist } = await read.readTogether(['running', 'persist']);
  const first = running.problems[0];
  yield { name: 'folder', ok: true, message: `${read.folder}, generation ${running.generation}` };
  yield {
    name: 'running',
    ok: first === undefined,
    message: first === undefined ? 'is valid' : `${running.problems.length} problems, the first: ${first.path}: ${first.message}`,
  };
  const same = JSON.stringify(running.tree) === JSON.stringify(persist.tree);
  yield { name: 'persist', ok: same, message: same ? 'holds what runs' : 'differs from what runs: setpoint run TARGET compare' };
}

const notAFolder = (address: string): Fault =>
  new Fault({
    code: 'CONFIG_ADDRESS',
    summary: `${address} is no folder on this machine`,
    detail: 'A confhoard datastore is reached by the absolute path of its folder; other ways to reach one are not supported yet.',
    hint: 'Write the folder in spec.address of the Target.',
  });
