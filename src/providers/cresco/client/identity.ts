import type { PeerFacts } from '../../transport/trust.ts';
import type { Identity } from './results.ts';

/**
 * Who serves the API, as the subject of its certificate says. wsapi 1.3 writes `O=<region>`, `OU=<agent>`, `CN=<plugin>` (the first of
 * each counts); 1.2 writes `CN=<region>_<agent>_<plugin>`. A certificate may serve clients of both by having both.
 */
export function identityOf(subject: PeerFacts['subject']): Identity {
  const first = (name: string): string | undefined => subject.find((attribute) => attribute.name === name)?.value;
  const [region, agent, plugin] = [first('O'), first('OU'), first('CN')];
  if (region !== undefined && agent !== undefined) return { generation: 3, region, agent, ...(plugin === undefined ? {} : { plugin }) };
  if (plugin === undefined) return { generation: 2 };
  const parts = plugin.replace(/_+$/, '').split('_');
  const last = parts.at(-1) ?? plugin;
  // With a `_` in one of the names nobody can tell where the region ends; ids of plugins have none.
  return parts.length === 3
    ? { generation: 2, region: parts[0] ?? '', agent: parts[1] ?? '', plugin: last }
    : { generation: 2, plugin: parts.length > 3 ? last : plugin };
}
