import { byText } from '../../../core/value.ts';
import type { Call, Operation } from '../../contract.ts';
import type { Jar, JarName } from '../client/index.ts';
import { jarOf } from '../client/jar-of.ts';
import { agentText, packageHandle } from '../kinds/places.ts';
import type { Fabric, FabricRead, FabricWrite } from '../session.ts';
import { AGENT, agentGiven, agentIn, needed, SOME_AGENT, wrongInput, type Input } from './inputs.ts';
import { sizeOf } from './resources.ts';

/** A JAR in the repositories by its name, or its name and version, as far as that is enough to tell which. */
export const PACKAGE: Input = {
  name: 'package',
  summary: 'name, name/version or name/version/md5 of a JAR in the repositories',
  complete: async (read, { signal }) => (await packagesOf(read, signal)).map(packageHandle),
};

/** How JARs come to the fabric, and to one agent. */
export const packages: readonly Operation<Fabric>[] = [
  {
    name: 'upload',
    summary: 'uploads the JAR of a plugin to the repositories, or with agent to the cache of that agent alone',
    mutates: true,
    inputs: [{ name: 'jar', summary: 'a file of the project, relative to setpoint.yaml', required: true }, SOME_AGENT],
    async *run({ read, write }, words, { signal }) {
      const at = agentGiven(words);
      const jar = jarFrom(write, needed(words, 'jar'));
      const what = `${packageHandle(jar)} (${sizeOf(jar.bytes.length)})`;
      if (at !== undefined) {
        const { path } = await write.agents.uploadPlugin({ ...at, jar }, { signal });
        yield { line: `${what} is in the cache of ${agentText(at)}: ${path}` };
        return;
      }
      const there = (await read.global.repositoryJars({ signal })).some((one) => packageHandle(one) === packageHandle(jar));
      if (there) {
        yield { line: `${what} is in a repository already; nothing was sent.` };
        return;
      }
      await write.global.uploadPlugin(jar, { signal });
      write.uploaded(jar.md5);
      yield { line: `${what} is in the repositories.` };
    },
  },
  {
    name: 'repo-pull',
    summary: 'lets an agent fetch a JAR from the repositories into its cache',
    mutates: true,
    inputs: [AGENT, { ...PACKAGE, required: true }],
    async *run({ read, write }, words, call) {
      const at = agentIn(words);
      const jar = await packageIn(read, needed(words, PACKAGE.name), call);
      const { jar: pulled } = await write.agents.repoPullPlugin({ ...at, jar }, { signal: call.signal });
      yield {
        line:
          pulled === undefined
            ? `${agentText(at)} finds ${packageHandle(jar)} in no repository; one that was just uploaded is seen after 5 s.`
            : `${packageHandle(jar)} is in the cache of ${agentText(at)}${pulled.jarFile === undefined ? '' : `: ${pulled.jarFile}`}`,
      };
    },
  },
];

function jarFrom({ files }: FabricWrite, path: string): Jar {
  const bytes = files?.bytes(path);
  if (bytes !== undefined) return { ...jarOf(bytes), bytes };
  const known = files?.list('.').filter((name) => name.endsWith('.jar')) ?? [];
  throw wrongInput('jar', path, { takes: 'the path of a JAR in the project, and there is no file', known });
}

async function packagesOf(read: FabricRead, signal: AbortSignal): Promise<readonly JarName[]> {
  const jars = new Map((await read.global.repositoryJars({ signal })).map((jar) => [packageHandle(jar), jar] as const));
  return [...jars.values()].sort((a, b) => byText(packageHandle(a), packageHandle(b)));
}

/** Throws Fault INPUT_VALUE where it names none, or several. */
export async function packageIn(read: FabricRead, text: string, { signal }: Call): Promise<JarName> {
  const all = await packagesOf(read, signal);
  const found = all.filter((jar) => `${packageHandle(jar)}/`.startsWith(`${text}/`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw wrongInput(PACKAGE.name, text, {
    takes: 'one JAR of the repositories',
    known: found.length > 0 ? [] : [...new Set(all.flatMap((jar) => [jar.pluginName, packageHandle(jar)]))],
    hint: found.length > 0 ? `Say which: ${found.map(packageHandle).join(', ')}.` : 'The operation repository lists what there is.',
  });
}
