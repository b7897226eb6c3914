import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Fields } from '../../../core/value.ts';
import { writeDurably } from '../../../disk/index.ts';
import { bytesOf, ungz } from './encoding.ts';
import type { Texts } from './gson.ts';
import type { Agent, CachedJar, World } from './world.ts';
import { agentAt } from './world.ts';

/** Where a plugin's code was found. */
export interface Jar {
  readonly jarfile: string;
  readonly jarstatus: 'bundle' | 'absolutepath' | 'localcache' | 'embedded';
  readonly version: string;
  readonly md5: string;
}

/** What comes inside the agent's own jar. */
const EMBEDDED: Readonly<Record<string, string>> = {
  'io.cresco.repo': 'repo.jar',
  'io.cresco.wsapi': 'wsapi.jar',
  'io.cresco.sysinfo': 'sysinfo.jar',
  'io.cresco.stunnel': 'stunnel.jar',
};

/** The configuration of a plugin that the controller starts by itself. */
export function embeddedConfig(pluginname: string, generation: 2 | 3): Texts {
  return { pluginname, ...embedded(pluginname, generation), jarstatus: 'embedded', persistence_code: '20' };
}

const embedded = (pluginname: string, generation: 2 | 3): { readonly jarfile: string; readonly version: string; readonly md5: string } => {
  const version = generation === 2 ? '1.2.0.SNAPSHOT-20250906120000' : '1.3.0.SNAPSHOT-20260703160835';
  return { jarfile: EMBEDDED[pluginname] ?? '', version, md5: createHash('md5').update(`${pluginname} ${version}`).digest('hex') };
};

/**
 * The order of an agent (sheet 4.3): a running bundle of this name and version, the absolute path, the agent's cache, its own
 * jar, the repositories. Undefined: nowhere. An absolute path is known where it was uploaded to.
 */
export async function findJar(world: World, agent: Agent, config: Texts): Promise<Jar | undefined> {
  const { pluginname, version, md5, jarfile } = config;
  if (pluginname === undefined) return undefined;
  // The digest counts only beside a version.
  const fits = (jar: Pick<CachedJar, 'pluginname' | 'version' | 'md5'>): boolean =>
    jar.pluginname === pluginname && (version === undefined || (jar.version === version && jar.md5 === md5));
  const bundle = version === undefined ? undefined : agent.bundles.get(`${pluginname}@${version}`);
  if (bundle) return { jarfile: bundle.jarfile, jarstatus: 'bundle', version: version ?? '', md5: bundle.md5 };
  const cached = md5 === undefined ? [...agent.jars.values()].find(fits) : agent.jars.get(md5);
  if (cached && fits(cached))
    return { ...cached, jarfile: cached.path, jarstatus: jarfile === cached.path ? 'absolutepath' : 'localcache' };
  if (EMBEDDED[pluginname] !== undefined) {
    const own = embedded(pluginname, world.settings.generation);
    if (fits({ pluginname, ...own })) return { ...own, jarstatus: 'embedded' };
  }
  const pulled = await pullJar(world, agent, config);
  return pulled && { ...pulled, jarfile: pulled.path, jarstatus: 'localcache' };
}

/** Fetches a jar from the repositories into the agent's cache; name, version and digest have to be given and right. */
export async function pullJar(world: World, agent: Agent, { pluginname, version, md5 }: Texts): Promise<CachedJar | undefined> {
  if (pluginname === undefined || version === undefined || md5 === undefined) return undefined;
  for (const { repo, jars } of await repositories(world, agent)) {
    if (!jars.some((jar) => jar['pluginname'] === pluginname && jar['version'] === version && jar['md5'] === md5)) continue;
    const params = { action: 'getjar', action_pluginname: pluginname, action_pluginmd5: md5 };
    const reply = await world.deliver({ to: 'plugin', ...repo }, { event: 'EXEC', params });
    const bytes = bytesOf(reply?.['jardata'] ?? '');
    if (bytes !== undefined && hasDigest(bytes, md5)) return cacheJar(world, agent, { pluginname, version, md5, bytes });
  }
  return undefined;
}

/** Newer clients put SHA-256 where the field says md5. */
export const hasDigest = (bytes: Uint8Array, digest: string): boolean =>
  createHash(digest.length === 64 ? 'sha256' : 'md5')
    .update(bytes)
    .digest('hex') === digest.toLowerCase();

/** Stores a jar in the agent's cache under the digest that was given, which nobody checks here. Undefined for one that is no name of a file. */
export async function cacheJar(
  world: World,
  agent: Agent,
  {
    pluginname,
    version,
    md5,
    bytes,
  }: { readonly pluginname: string; readonly version: string; readonly md5: string; readonly bytes: Uint8Array },
): Promise<CachedJar | undefined> {
  if (!/^[A-Za-z0-9]{1,128}$/.test(md5)) return undefined;
  const jar = { pluginname, version, md5, path: join(world.folder, 'agents', agent.region, agent.name, 'agent-repo-cache', md5) };
  await writeDurably(jar.path, bytes);
  agent.jars.set(md5, jar);
  await world.keep.put('jar', `${agent.region}/${agent.name}/${md5}`, {
    region: agent.region,
    agent: agent.name,
    pluginname,
    version,
    md5,
  });
  return jar;
}

/** What repositories list, as an agent saw it last: it asks again after five seconds, so a fresh upload may be missed once. */
const LISTED_FOR_MS = 5_000;

interface Listing {
  readonly repo: { readonly region: string; readonly agent: string; readonly plugin: string };
  readonly jars: readonly Texts[];
}

const listings = new WeakMap<Agent, { readonly at: number; readonly repositories: Promise<readonly Listing[]> }>();

function repositories(world: World, agent: Agent): Promise<readonly Listing[]> {
  const last = listings.get(agent);
  const now = world.clock.now();
  if (last !== undefined && now - last.at < LISTED_FOR_MS * world.settings.pace) return last.repositories;
  const asked = listRepositories(world);
  listings.set(agent, { at: now, repositories: asked });
  return asked;
}

/** Every jar of every repository that answers. */
export async function listRepositories(world: World): Promise<readonly Listing[]> {
  const repos = [...world.agents.values()].flatMap(({ region, name, plugins }) =>
    [...plugins.values()]
      .filter(({ config, code }) => config['pluginname'] === 'io.cresco.repo' && code === 10)
      .map(({ id }) => ({ region, agent: name, plugin: id })),
  );
  return Promise.all(
    repos.map(async (repo) => {
      const reply = await world.deliver({ to: 'plugin', ...repo }, { event: 'EXEC', params: { action: 'repolist' } });
      const text = ungz(reply?.['repolist'] ?? '');
      const listed = text === undefined ? {} : (JSON.parse(text) as Fields);
      return { repo, jars: (listed['plugins'] ?? []) as unknown as readonly Texts[] };
    }),
  );
}

/** The jars that agents had in their caches. */
export function restoreJars(world: World): void {
  for (const row of world.keep.rows('jar').values()) {
    const {
      region,
      agent: name,
      pluginname,
      version,
      md5,
    } = row as unknown as Omit<CachedJar, 'path'> & { readonly region: string; readonly agent: string };
    const path = join(world.folder, 'agents', region, name, 'agent-repo-cache', md5);
    agentAt(world, region, name)?.jars.set(md5, { pluginname, version, md5, path });
  }
}
