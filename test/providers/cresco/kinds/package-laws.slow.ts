import { createHash } from 'node:crypto';
import type { ProjectFiles } from '../../../../src/providers/contract.ts';
import { cresco } from '../../../../src/providers/cresco/index.ts';
import { pluginPackage } from '../../../../src/providers/cresco/kinds/plugin-package.ts';
import type { PluginPackageSpec } from '../../../../src/providers/cresco/types.ts';
import { kindLaws } from '../../../kit/laws.ts';
import type { FabricBench } from './bench.ts';
import { canOf, engine, openBench, settlePackages } from './bench.ts';
import { jar } from './jar.ts';

/** `jars/3.jar` is the third of as many JARs as are asked for. */
const bytesAt = (path: string): Uint8Array | undefined => {
  const [, n] = /^jars\/(\d+)\.jar$/.exec(path) ?? [];
  return n === undefined ? undefined : jar({ name: `io.example.nth${n}`, version: '1.0.0', filling: n });
};
const files: ProjectFiles = { read: () => undefined, bytes: bytesAt, list: () => [] };
const first = bytesAt('jars/1.jar') ?? new Uint8Array();

kindLaws<FabricBench['session'], PluginPackageSpec, FabricBench>({
  name: 'cresco/PluginPackage',
  provider: cresco,
  kind: pluginPackage,
  files,
  open: () => openBench({ files }),
  samples: [
    { jar: 'jars/1.jar', name: 'io.example.nth1', sha256: createHash('sha256').update(first).digest('hex') },
    { jar: 'jars/2.jar' },
    { jar: 'jars/3.jar', version: '1.0.0' },
  ],
  nth: (n) => ({ jar: `jars/${n + 10}.jar` }),
  can: canOf('savetorepo', {
    settle: settlePackages,
    async makeByHand({ hand }, _, spec) {
      const { name: pluginName = '', version = '', md5 = '', jar: path = '' } = spec as PluginPackageSpec;
      await hand.global.uploadPlugin({ pluginName, version, md5, bytes: bytesAt(path) ?? new Uint8Array() });
      return `${pluginName}/${version}/${md5}`;
    },
  }),
  engine: (bench) => engine(bench, files),
});
