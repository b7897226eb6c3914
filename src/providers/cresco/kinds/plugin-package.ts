import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Fault, nearest } from '../../../core/diagnostic.ts';
import type { Fields } from '../../../core/value.ts';
import type { Ask, Call, Done, Finding, Kind, Known, ProjectFiles, Shape, Sighting, Work } from '../../contract.ts';
import type { JarName, RepositoryJar } from '../client/index.ts';
import { jarOf } from '../client/jar-of.ts';
import type { Fabric, FabricRead, FabricWrite } from '../session.ts';
import type { PluginPackageSpec } from '../types.ts';
import { packageHandle } from './places.ts';

const SCHEMA = new URL('../../../../schemas/cresco/PluginPackage.v1.json', import.meta.url);

/** Agents believe a list of a repository for so long: a plugin that is added before may miss a new JAR. */
const LIST_MS = 5_000;

/**
 * A JAR in the repositories of the fabric. Its handle and its key are its name, version and md5, by which the fabric calls it: whoever
 * wants the same JAR has the same, and another one stands beside it.
 */
export const pluginPackage: Kind<Fabric, PluginPackageSpec> = {
  kind: 'cresco/PluginPackage',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'state',
  creatable: true,
  removable: false,
  replace: 'create-first',
  contentAddressed: true,
  settle: { withinMs: 30_000, everyMs: 500 },
  open: shapeOf,
  key(spec) {
    const jar = nameIn(spec);
    return jar && packageHandle(jar);
  },
  observe,
  make,
  remove: (_, { id }) => Promise.reject(cannotGo(id)),
};

/** Undefined while nobody knows all of it: then the manifest is wrong, and said to be. */
function nameIn({ name, version, md5 }: PluginPackageSpec): JarName | undefined {
  return name === undefined || version === undefined || md5 === undefined ? undefined : { pluginName: name, version, md5 };
}

function shapeOf(files: ProjectFiles): Shape<PluginPackageSpec> {
  const read = new Map<string, ReturnType<typeof readJar>>();
  /** Each JAR is read once for each look at the manifests, however many packages name it. */
  const jarAt = (path: string): ReturnType<typeof readJar> => {
    let jar = read.get(path);
    if (jar === undefined) read.set(path, (jar = readJar(files, path)));
    return jar;
  };
  return {
    check(spec) {
      if (spec.jar === undefined) return [...withoutJar(spec)];
      const jar = jarAt(spec.jar);
      if ('code' in jar) return [jar];
      return (['name', 'version', 'md5', 'sha256'] as const).flatMap((field) => {
        const holds = field === 'name' ? jar.pluginName : jar[field];
        return spec[field] === undefined || spec[field] === holds ? [] : [otherJar(field, { path: spec.jar ?? '', holds })];
      });
    },
    normalize(spec) {
      if (spec.jar === undefined) return spec;
      const jar = jarAt(spec.jar);
      // What is there already is what a live one is, and that may be another JAR than the one at this path.
      return 'code' in jar ? spec : { name: jar.pluginName, version: jar.version, md5: jar.md5, ...spec };
    },
  };
}

function readJar(files: ProjectFiles, path: string): (JarName & { readonly sha256: string }) | Finding {
  try {
    const bytes = files.bytes(path);
    return bytes === undefined ? noJar(files, path) : jarOf(bytes);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { diagnostic, code } = error;
    return { ...diagnostic, ...(code === 'CRESCO_JAR' ? { summary: `${path} is no JAR of a plugin` } : {}), pointer: '/jar' };
  }
}

function noJar(files: ProjectFiles, path: string): Finding {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const near = nearest(path.slice(path.lastIndexOf('/') + 1), files.list(folder));
  return {
    code: 'PACKAGE_FILE',
    summary: `there is no file ${path}`,
    detail: 'The JAR of a package is looked for relative to the folder of setpoint.yaml; its name and digest are read from it.',
    hint: near === undefined ? 'Build it, or correct the path.' : `Did you mean ${near}?`,
    pointer: '/jar',
  };
}

function* withoutJar(spec: PluginPackageSpec): Generator<Finding> {
  const missing = (['name', 'version', 'md5'] as const).filter((field) => spec[field] === undefined);
  if (spec.url !== undefined && spec.sha256 === undefined) missing.push('sha256' as never);
  if (missing.length === 0) return;
  yield {
    code: 'PACKAGE_SOURCE',
    summary: `the package needs ${missing.join(', ')}, or a jar to read them from`,
    detail:
      'A package is a JAR of this project (jar), one that is fetched when it has to be uploaded (url with name, version, md5 and sha256), or one that is in the repository already (name, version and md5).',
    hint: 'setpoint explain cresco/PluginPackage shows the fields.',
    pointer: spec.url === undefined ? '' : '/url',
  };
}

const otherJar = (field: string, { path, holds }: { readonly path: string; readonly holds: string }): Finding => ({
  code: 'PACKAGE_DIGEST',
  summary: `${path} has another ${field}`,
  detail: `Its own is ${holds}. The manifest holds it to something else, so it is not the JAR that was meant.`,
  hint: `Build the right one, or leave ${field} out: it is read from the JAR.`,
  pointer: `/${field}`,
});

async function* observe(
  read: FabricRead,
  { known, strangers }: Ask,
  { signal }: Call,
): AsyncGenerator<readonly Sighting<PluginPackageSpec>[]> {
  const jars = new Map<string, RepositoryJar>();
  // One that several repositories hold is listed once for each.
  for (const jar of await read.global.repositoryJars({ signal })) jars.set(packageHandle(jar), jar);
  const told = new Set<RepositoryJar>();
  yield known.map((one): Sighting<PluginPackageSpec> => {
    const { id, handle, key } = one;
    const jar = (handle === undefined ? undefined : jars.get(handle)) ?? (key === undefined ? undefined : jars.get(key));
    if (jar === undefined)
      return { seen: 'absent', id, ...(handle === undefined ? {} : { handle }), ...(key === undefined ? {} : { key }) };
    told.add(jar);
    return { ...sightingOf(jar, one, read), id };
  });
  if (strangers) yield [...jars.values()].filter((jar) => !told.has(jar)).map((jar) => sightingOf(jar, undefined, read));
  yield [{ seen: 'end', strangers: strangers ? 'all' : 'none', pages: 1 }];
}

function sightingOf(
  jar: RepositoryJar,
  known: Known | undefined,
  read: FabricRead,
): Extract<Sighting<PluginPackageSpec>, { readonly seen: 'live' }> {
  const { pluginName, version, md5 } = jar;
  const since = read.sinceUpload(md5);
  // Where a JAR comes from is no fact about the fabric: two packages differ by what they are, and nothing else.
  const { jar: path, url, sha256 } = (known?.want ?? known?.applied ?? {}) as PluginPackageSpec;
  const from = {
    ...(path === undefined ? {} : { jar: path }),
    ...(url === undefined ? {} : { url }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
  return {
    seen: 'live',
    handle: packageHandle(jar),
    key: packageHandle(jar),
    spec: { ...from, name: pluginName, version, md5 },
    status: { name: pluginName, version, md5 },
    readiness:
      since !== undefined && since < LIST_MS
        ? { state: 'progressing', message: 'uploaded; agents look for new JARs every 5 s', etaMs: LIST_MS - since }
        : { state: 'ready' },
  };
}

async function make({ read, write }: Fabric, { id, want }: Work<PluginPackageSpec>, { signal }: Call): Promise<Done> {
  const name = nameIn(want);
  if (name === undefined) throw new TypeError(`${id} has no name, version or md5`);
  const handle = packageHandle(name);
  const there = await read.global.repositoryJars({ signal });
  if (!there.some((jar) => packageHandle(jar) === handle)) {
    const bytes = await bytesOf(want, { write, id, signal });
    await write.global.uploadPlugin({ ...name, bytes }, { signal });
    write.uploaded(name.md5);
  }
  return { handle, key: handle };
}

async function bytesOf(
  { jar, url, md5, sha256 }: PluginPackageSpec,
  { write, id, signal }: { readonly write: FabricWrite; readonly id: string; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const bytes = jar !== undefined ? write.files?.bytes(jar) : url === undefined ? undefined : await write.download(url, signal);
  if (bytes === undefined) throw jar === undefined ? noSource(id) : gone(id, jar);
  for (const [algorithm, wanted] of [
    ['sha256', sha256],
    ['md5', md5],
  ] as const) {
    const holds = createHash(algorithm).update(bytes).digest('hex');
    if (wanted !== undefined && holds !== wanted) throw another(id, { from: jar ?? url ?? '', algorithm, holds });
  }
  return bytes;
}

const local = (diagnostic: ConstructorParameters<typeof Fault>[0]): Fault => new Fault(diagnostic, { sent: 'no' });

const noSource = (resource: string): Fault =>
  local({
    code: 'PACKAGE_SOURCE',
    summary: 'no repository has this JAR, and the manifest does not say where it comes from',
    detail: 'It has a name, version and md5, which are enough to find it and not to upload it.',
    hint: 'Add jar or url; or upload it by other means.',
    resource,
  });

const gone = (resource: string, path: string): Fault =>
  local({
    code: 'PACKAGE_FILE',
    summary: `there is no file ${path} any more`,
    detail: 'It was there when the plan was made. Nothing was uploaded.',
    hint: 'Build it, and plan again.',
    resource,
  });

const another = (
  resource: string,
  { from, algorithm, holds }: { readonly from: string; readonly algorithm: string; readonly holds: string },
): Fault =>
  local({
    code: 'PACKAGE_DIGEST',
    summary: `${from} is not the JAR that was planned`,
    detail: `Its ${algorithm} is ${holds}. Nothing was uploaded.`,
    hint: 'Plan again; where it was fetched, find out who changed it.',
    resource,
  });

const cannotGo = (resource: string): Fault =>
  local({
    code: 'PACKAGE_STAYS',
    summary: 'a JAR cannot be taken out of a repository',
    detail: 'No version of Cresco has a request for that. It stays, and does no harm there.',
    hint: 'Let the record go: setpoint state forget.',
    resource,
  });
