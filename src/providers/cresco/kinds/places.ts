import { createHash } from 'node:crypto';
import type { AgentPlace, JarName, PluginPlace } from '../client/index.ts';

/** How things of a fabric are written as text: in handles, scopes and messages. */

/** `dp/pi-3` */
export const agentText = ({ region, agent }: AgentPlace): string => `${region}/${agent}`;

export function agentPlace(text: string): AgentPlace {
  const slash = text.indexOf('/');
  return { region: text.slice(0, slash), agent: text.slice(slash + 1) };
}

/** `dp/pi-3/telemetry`: the handle of a plugin. */
export const pluginHandle = ({ plugin, ...at }: PluginPlace): string => `${agentText(at)}/${plugin}`;

/** Undefined for what is no such handle. No name has a slash in it: the fabric takes them apart in paths as well. */
export function pluginPlace(handle: string): PluginPlace | undefined {
  const [region, agent, plugin, ...more] = handle.split('/');
  if (region === undefined || agent === undefined || plugin === undefined || more.length > 0) return undefined;
  return { region, agent, plugin };
}

/** `io.example.sensor/1.2.0/9e107d9d…`: the handle of a package, which is its key as well. */
export const packageHandle = ({ pluginName, version, md5 }: JarName): string => `${pluginName}/${version}/${md5}`;

/** Undefined for what is no such handle: a reference that nobody could look up. */
export function packageName(handle: string): JarName | undefined {
  const [pluginName, version, md5, ...more] = handle.split('/');
  if (pluginName === undefined || version === undefined || md5 === undefined || more.length > 0) return undefined;
  return { pluginName, version, md5 };
}

/** The column of the server's table. */
const LONGEST_ID = 43;

/**
 * The id of a plugin from the name of its manifest: the name where it fits, else as much of it as does with a digest of the whole behind
 * it. The same on every machine, since a plugin is found again by it.
 */
export function pluginIdOf(name: string): string {
  if (name.length <= LONGEST_ID) return name;
  const rest = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return `${name.slice(0, LONGEST_ID - rest.length - 1)}-${rest}`;
}
