import type { Call } from '../contract.ts';
import type { PeerFacts } from '../transport/trust.ts';
import { examineAgents, examinePipelines, examinePlugins, type Seen } from './examine-fabric.ts';
import { attempt, type Check } from '../checks.ts';
import { agentText, packageHandle } from './kinds/places.ts';
import type { FabricRead } from './session.ts';

const DAY_MS = 24 * 3_600_000;
const SOON_DAYS = 30;

/**
 * Walks from the outside to the inside: who answers, what the certificate is worth, the key, the global controller, agents, the data
 * plane, repositories, plugins, pipelines. Reads alone. A part that cannot be looked at is a finding, and the others are looked at all
 * the same; without a connection there is nothing to look at.
 */
export async function* examine(read: FabricRead, call: Call): AsyncGenerator<Check> {
  const { signal } = call;
  const door = await attempt('connection', () => Promise.all([read.connect({ signal }), read.api.identity({ signal })]));
  if ('finding' in door) {
    yield door.finding;
    return;
  }
  const [peer, { generation, region, agent, plugin }] = door.found;
  yield certificateCheck(peer, call.now());
  const names = [region, agent, plugin];
  yield {
    name: 'identity',
    ok: true,
    message: names.includes(undefined)
      ? `a server of generation ${generation}; its certificate does not say which plugin of which agent it is`
      : `${names.join('/')}, a server of generation ${generation}`,
  };
  yield { name: 'service key', ok: true, message: 'is the one of the server' };
  yield await globalController(read, call);
  yield await dataPlane(read, call);
  const jars = await attempt('repository', () => read.global.repositoryJars({ signal }));
  if ('finding' in jars) yield jars.finding;

  const agents = await attempt('agents', () => read.global.agents({ signal }));
  const pipelines = await attempt('pipelines', async () => {
    const list = await read.global.pipelines({ signal });
    const found = await Promise.all(list.map(({ id }) => read.global.pipeline(id, { signal })));
    return found.flatMap((one) => one ?? []);
  });
  if ('finding' in agents) {
    yield agents.finding;
    if ('finding' in pipelines) yield pipelines.finding;
    return;
  }
  const seen: Seen = {
    agents: agents.found,
    pipelines: 'finding' in pipelines ? [] : pipelines.found,
    packages: new Set('finding' in jars ? [] : jars.found.map(packageHandle)),
  };
  const asked = await examineAgents(read, seen, call);
  yield* asked.checks;
  yield* examinePlugins(seen, asked.plugins);
  if ('finding' in pipelines) yield pipelines.finding;
  else yield* examinePipelines(seen, asked.plugins);
}

const TRUST: Readonly<Record<Exclude<PeerFacts['trusted'], 'unchecked'>, string>> = {
  pinned: 'is the one that is pinned',
  issuer: 'is vouched for by tls.ca',
  system: 'is vouched for by a certificate authority of this machine',
};

function certificateCheck({ trusted, fingerprint, validTo }: PeerFacts, now: number): Check {
  const name = 'certificate';
  if (trusted === 'unchecked') {
    const todo = `Pin it, if this is your server: tls: {fingerprint: "${fingerprint}"}.`;
    return { name, ok: false, message: `nobody checks it (tls.insecure), so whoever stands in between reads the service key. ${todo}` };
  }
  const left = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  const renewal = 'Remove the keystore of the wsapi plugin and restart it: it makes a new one, which has to be pinned anew.';
  if (left < 0) return { name, ok: false, message: `${TRUST[trusted]}, and ended on ${validTo}: other clients refuse it. ${renewal}` };
  const soon = left < SOON_DAYS ? `; it ends in ${left} days. ${renewal}` : '';
  return { name, ok: soon === '', message: `${TRUST[trusted]}${soon}` };
}

async function globalController(read: FabricRead, { signal }: Call): Promise<Check> {
  const name = 'global controller';
  const known = await attempt(name, () => read.api.globalInfo({ signal }));
  if ('finding' in known) return known.finding;
  if (known.found !== undefined) return { name, ok: true, message: agentText(known.found) };
  const message = 'the node behind the address knows none yet. One that was just started needs a moment; else look at its log.';
  return { name, ok: false, message };
}

/** Nobody publishes under this name: all that is asked is whether the fabric listens. */
const NOTHING = "stream_name='setpoint-doctor'";

async function dataPlane(read: FabricRead, { signal }: Call): Promise<Check> {
  const name = 'data plane';
  const opened = await attempt(name, async () => (await read.subscribe({ selector: NOTHING }, { signal })).close());
  return 'finding' in opened ? opened.finding : { name, ok: true, message: 'listens' };
}
