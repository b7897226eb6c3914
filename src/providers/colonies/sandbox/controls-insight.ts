import type { Value } from '../../../core/value.ts';
import type { Control } from '../../switches.ts';
import type { Bench } from './controls.ts';
import { handsOn } from './hand.ts';

/** What can be seen from outside that no key shows. */
export const insight = ({ world, counts }: Bench): readonly Control[] => [
  { name: 'counts', summary: 'how often each type of request was made', inputs: [], run: () => counts.told() },
  { name: 'reset-counts', summary: 'begins to count anew', inputs: [], run: () => counts.reset() },
  {
    name: 'state',
    summary: 'who owns the server, its colonies, its clock, and how many rows of each kind there are',
    inputs: [],
    run: (): Value => ({
      serverid: world().serverId(),
      now: new Date(world().clock.now()).toISOString(),
      colonies: [...world().colonies.rows()].map(({ name, colonyid }) => ({
        name,
        colonyid,
        paused: world().paused.get(name) !== undefined,
      })),
      rows: Object.fromEntries(Object.entries(handsOn(world())).map(([kind, hand]) => [kind, hand.size()])),
    }),
  },
];
