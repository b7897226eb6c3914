import { openDeadlines, type Deadlines } from './deadlines.ts';
import { openQueue, type Queue } from './queue.ts';
import { openStandings, type Standings } from './standings.ts';
import type { World } from './world.ts';

/** What is found quickly about the processes of a world, and who waits for its colonies to go on. */
export interface Dispatch {
  readonly queue: Queue;
  readonly deadlines: Deadlines;
  readonly standings: Standings;
  /** Calls when assignments of a colony are resumed, once, unless the function that it returns was called before. */
  onResume(colonyname: string, call: () => void): () => void;
}

const dispatches = new WeakMap<World, Dispatch>();

/** The one of a world, made when it is asked for first: it follows the tables from then on. */
export function dispatchOf(world: World): Dispatch {
  const found = dispatches.get(world);
  if (found !== undefined) return found;
  const paused = new Map<string, Set<() => void>>();
  world.paused.watch((before, after) => {
    if (before === undefined || after !== undefined) return;
    const calls = paused.get(before.colonyname) ?? [];
    paused.delete(before.colonyname);
    for (const call of calls) call();
  });
  const dispatch: Dispatch = {
    queue: openQueue(world.processes, world.settings),
    deadlines: openDeadlines(world.processes),
    standings: openStandings(world.processes),
    onResume(colonyname, call) {
      const calls = paused.get(colonyname) ?? new Set();
      paused.set(colonyname, calls);
      calls.add(call);
      return () => void calls.delete(call);
    },
  };
  dispatches.set(world, dispatch);
  return dispatch;
}
