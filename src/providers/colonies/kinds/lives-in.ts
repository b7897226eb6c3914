import type { Inside } from '../../../core/resource.ts';
import { executorState } from '../client/index.ts';
import type { ColonyRead } from '../session.ts';
import { ALL, OF_SERVER } from './cron.ts';

/** Who and what goes with a colony and could be somebody's; undefined where nobody here may see. What was done in it is nobody's. */
export async function livesIn(read: ColonyRead, signal: AbortSignal): Promise<readonly Inside[] | undefined> {
  if ((await read.standing(signal)).is !== 'member') return undefined;
  const all = { colonyname: read.colony, count: ALL };
  const [users, executors, crons, generators] = await Promise.all([
    read.users(signal),
    read.executors(signal),
    read.ask('getcronsmsg', all, signal),
    read.ask('getgeneratorsmsg', all, signal),
  ]);
  return [
    ...users.map(({ userid, name }): Inside => {
      const user = { kind: 'colonies/User', handle: userid, name };
      return userid === read.ids.member ? { ...user, shows: true } : user;
    }),
    // The server keeps removed executors for good.
    ...executors
      .filter(({ state }) => state !== executorState.unregistered)
      .map(({ executorid, executorname }) => ({ kind: 'colonies/Executor', handle: executorid, name: executorname })),
    ...crons.filter(({ name }) => !name.startsWith(OF_SERVER)).map(({ cronid, name }) => ({ kind: 'colonies/Cron', handle: cronid, name })),
    ...generators.map(({ generatorid, name }) => ({ kind: 'colonies/Generator', handle: generatorid, name })),
  ];
}
