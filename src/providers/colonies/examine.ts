import { count } from '../../core/count.ts';
import type { Call } from '../contract.ts';
import { attempt, type Check } from '../checks.ts';
import { examineColony } from './examine-colony.ts';
import { identify } from './identify.ts';
import { apartText } from './operations/texts.ts';
import { serverAhead } from './server-clock.ts';
import type { ColonyRead, Standing } from './session.ts';

/** From here on a time of ours and one of the server's mean different moments to whoever compares them. */
const SKEW_MS = 5_000;

/**
 * Walks from the outside to the inside: who answers, how its clock stands, what each key of the target may do, then the colony itself.
 * Reads alone. A part that cannot be looked at is a finding, and the others are looked at all the same; without a server there is
 * nothing to look at.
 */
export async function* examine(read: ColonyRead, call: Call): AsyncGenerator<Check> {
  const { signal } = call;
  const info = await attempt('server', () => read.ask('getserverinfomsg', {}, signal));
  if ('finding' in info) {
    yield info.finding;
    return;
  }
  const { buildversion, backends } = info.found;
  const said = backends.map(({ type, host, port }) => `${type} on ${host ?? ''}:${port}`).join(', ');
  yield {
    name: 'server',
    ok: true,
    message: `answers at ${read.address}; it calls itself ${buildversion === '' ? 'nothing' : buildversion}${said === '' ? '' : `, ${said}`} (as its environment has it, which nobody checks)`,
  };
  const { check, aheadMs } = await clock(read, call);
  yield check;
  yield await serverKey(read, signal);
  const standing = await attempt('colony', () => read.standing(signal));
  if ('finding' in standing) {
    yield standing.finding;
    return;
  }
  if (standing.found.is === 'absent') {
    const message = `there is no colony ${read.colony} on this server: a Colony manifest makes it, with the key of the server's owner`;
    yield { name: 'colony', ok: read.ids.server !== undefined, message };
    return;
  }
  yield await colonyKey(read, signal);
  yield await memberKey(read, standing.found, signal);
  if (standing.found.is === 'member') yield* examineColony(read, { ...call, now: () => call.now() + aheadMs });
}

interface Clocks {
  readonly check: Check;
  /** Of the server's against ours; 0 where they agree or it does not tell. Its times are judged by its clock, or ours would accuse it. */
  readonly aheadMs: number;
}

async function clock({ address }: ColonyRead, call: Call): Promise<Clocks> {
  const name = 'clock';
  const looked = await attempt(name, () => serverAhead(address, call));
  if ('finding' in looked) return { check: looked.finding, aheadMs: 0 };
  const aheadMs = looked.found;
  if (aheadMs === undefined) return { check: { name, ok: true, message: 'the server does not say what time it has' }, aheadMs: 0 };
  const skew = Math.abs(aheadMs);
  if (skew < SKEW_MS) return { check: { name, ok: true, message: 'that of the server and ours agree' }, aheadMs: 0 };
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  const message = `that of the server is ${apartText(skew)} ${way} ours: crons run, time limits end and silent executors are removed by its clock, and what is logged "since" a time is found by it. Set both by NTP.`;
  return { check: { name, ok: false, message }, aheadMs };
}

async function serverKey(read: ColonyRead, signal: AbortSignal): Promise<Check> {
  const name = 'key of the server';
  if (read.ids.server === undefined) {
    return {
      name,
      ok: true,
      message: 'the target has none (serverKey): it can make and remove no colony, and needs none for anything else',
    };
  }
  const counted = await attempt(name, () => read.ask('getstatisticsmsg', {}, signal));
  if ('finding' in counted) return counted.finding;
  return { name, ok: true, message: `is that of its owner; it has ${count(counted.found.colonies, 'colony', 'colonies')}` };
}

async function colonyKey(read: ColonyRead, signal: AbortSignal): Promise<Check> {
  const name = 'key of the colony';
  const id = read.ids.owner;
  if (id === undefined) {
    return {
      name,
      ok: true,
      message: 'the target has none (colonyKey): it can make and remove no users, executors and definitions of blueprints',
    };
  }
  const asked = await attempt(name, () => read.ask('getblueprintdefinitionsmsg', { colonyname: read.colony }, signal, 'owner'));
  if ('finding' in asked) return asked.finding;
  const colonyid = await attempt(name, () => identify(read, signal));
  // Members may read definitions as well.
  if ('found' in colonyid && colonyid.found !== id) {
    return {
      name,
      ok: false,
      message: `is not that of the owner of ${read.colony}: its id is ${id}, and the colony's ${colonyid.found ?? 'unknown'}`,
    };
  }
  return { name, ok: true, message: `is that of the owner of ${read.colony}` };
}

async function memberKey(read: ColonyRead, { is }: Standing, signal: AbortSignal): Promise<Check> {
  const name = 'key of the target';
  const id = read.ids.member;
  if (id === undefined)
    return { name, ok: true, message: 'there is none yet (key): nothing in the colony can be read. An apply makes one that is generated' };
  if (is !== 'member') {
    return {
      name,
      ok: false,
      message: `is no member's: its id is ${id}. A User manifest without userid and key stands for it; or have the owner add the id`,
    };
  }
  const lists = await attempt(name, () => Promise.all([read.users(signal), read.executors(signal)]));
  // A list that cannot be had is told of with the colony.
  if ('finding' in lists) return { name, ok: true, message: "is a member's" };
  const [users, executors] = lists.found;
  const who = [
    ...users.filter(({ userid }) => userid === id).map((user) => `the user ${user.name}`),
    ...executors.filter(({ executorid }) => executorid === id).map(({ executorname }) => `the executor ${executorname}`),
  ];
  if (who.length === 1) return { name, ok: true, message: `is ${who.join('')}'s` };
  // The server takes a second one of the same id without a word.
  return { name, ok: false, message: `is that of ${who.join(' and ')}: who is meant is left to chance. Remove all but one of them` };
}
