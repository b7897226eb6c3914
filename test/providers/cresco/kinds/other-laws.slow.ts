import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cresco } from '../../../../src/providers/cresco/index.ts';
import { cepQuery } from '../../../../src/providers/cresco/kinds/cep-query.ts';
import { fileSync } from '../../../../src/providers/cresco/kinds/file-sync.ts';
import { process } from '../../../../src/providers/cresco/kinds/process.ts';
import type { CepQuerySpec, FileSyncSpec } from '../../../../src/providers/cresco/types.ts';
import { kindLaws } from '../../../kit/laws.ts';
import { canOf, engine, handles, openBench, PI_1, PI_2 } from './bench.ts';

kindLaws({
  name: 'cresco/Process',
  provider: cresco,
  kind: process,
  open: openBench,
  samples: [
    { plugin: handles.executor, agent: PI_1, command: 'sleep 600', params: { note: 'waits' }, running: true },
    { plugin: handles.executor, agent: PI_2, command: 'sleep 601', stream: 'waiting', secrets: { token: 'sesame-open' }, metrics: true },
  ],
  nth: (n) => ({ plugin: handles.executor, agent: n % 2 === 0 ? PI_1 : PI_2, command: `sleep ${600 + n}` }),
  can: canOf('pluginadd'),
  engine,
});

const sync = (n: number): FileSyncSpec => ({
  plugin: handles.filerepo,
  from: { ...PI_1, folder: `/data/out-${n}`, every: 3600 },
  to: { ...PI_2, folder: `/data/in-${n}` },
});
kindLaws({
  name: 'cresco/FileSync',
  provider: cresco,
  kind: fileSync,
  open: openBench,
  // A sandbox lets nobody out of the folders that it was given.
  async place(spec, { folder }) {
    const within = async (path: string): Promise<string> => {
      await mkdir(join(folder, path), { recursive: true });
      return join(folder, path);
    };
    const { from, to } = spec;
    return { ...spec, from: { ...from, folder: await within(from.folder) }, to: { ...to, folder: await within(to.folder) } };
  },
  samples: [
    { ...sync(1), name: 'pair' },
    { plugin: handles.filerepo, from: { ...PI_2, folder: '/a', recursive: false, delay: 0.5 }, to: { ...PI_1, folder: '/b' } },
  ],
  nth: sync,
  can: canOf('gpipelinesubmit'),
  engine,
});

const query = (n: number): CepQuerySpec => ({
  agent: PI_1,
  input: { stream: `temp_${n}`, attributes: 'source string, value double' },
  output: { stream: `alarms_${n}`, attributes: 'source string, value double' },
  query: `from temp_${n}[value > 30] select source, value insert into alarms_${n}`,
});
kindLaws({
  name: 'cresco/CepQuery',
  provider: cresco,
  kind: cepQuery,
  open: openBench,
  samples: [{ ...query(1), retry: 1 }, query(2)],
  nth: query,
  can: canOf('cepadd'),
  engine,
});
