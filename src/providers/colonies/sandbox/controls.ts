import { countIn, wrongInput, type Control } from '../../switches.ts';
import { byHand } from './controls-by-hand.ts';
import type { Counts } from './counts.ts';
import { insight } from './controls-insight.ts';
import type { Trouble, Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** What the controls work on. */
export interface Bench {
  readonly world: () => World;
  readonly troubles: Troubles;
  readonly counts: Counts;
  /** Cuts every connection. */
  readonly cut: () => void;
  /** Cuts the sockets of subscribers. */
  readonly cutSockets: () => void;
  /** Cuts every connection and lets nobody in, until a restart. */
  readonly stop: () => Promise<void>;
  /** The whole server, with what it keeps. */
  readonly restart: () => Promise<void>;
  /** How far its clock is off, in milliseconds. */
  readonly skew: (ms: number) => void;
}

/** The switches of a ColonyOS sandbox: `setpoint sandbox ctl TARGET`. */
export const controlsOf = (bench: Bench): readonly Control[] => [...troublesOf(bench), ...byHand(bench), ...insight(bench)];

function troublesOf({ troubles, cut, cutSockets, stop, restart, skew }: Bench): readonly Control[] {
  const next = (name: string, summary: string, trouble: Trouble): Control => ({
    name,
    summary,
    inputs: ['type'],
    run: ({ type }) => troubles.plan({ ...trouble, ...(type === undefined ? {} : { only: type }) }),
  });
  const deed = (name: string, summary: string, run: () => void | Promise<void>): Control => ({ name, summary, inputs: [], run });
  return [
    next('lose-request', 'cuts the connection of the next request (of this type), which has no effect', { name: 'lose-request' }),
    next('lose-reply', 'does what the next request (of this type) asks for, and cuts its connection', { name: 'lose-reply' }),
    next('stall', 'neither does nor answers the next request (of this type), and keeps its connection', { name: 'stall' }),
    next('empty-next', 'answers the next request (of this type) with 200 and nothing, as some are answered to those who are no members', {
      name: 'empty',
    }),
    next('bad-gateway', 'answers the next request (of this type) with 502 and a page of HTML', { name: 'bad-gateway' }),
    {
      name: 'refuse',
      summary: 'answers the next request (of this type) with an error: status (500) and message',
      inputs: ['type', 'status', 'message'],
      run: (input) => {
        const status = countIn(input, 'status', 500);
        if (status < 400 || status > 599) throw wrongInput('status is one of an error, 400 to 599');
        const { type, message = 'the sandbox was told to refuse this' } = input;
        troubles.plan({ name: 'refuse', status, message, ...(type === undefined ? {} : { only: type }) });
      },
    },
    deed('clear', 'forgets every trouble that was planned and has not happened', () => troubles.clear()),
    deed('drop-sockets', 'cuts the sockets of subscribers', cutSockets),
    deed('drop-all', 'cuts every connection', cut),
    deed('stop', 'stops the server: connections end before they begin, until start', stop),
    deed('start', 'starts the server again', restart),
    deed('restart', 'restarts the whole server; what its database holds stays', restart),
    {
      name: 'skew-clock',
      summary: 'puts the clock of the server forward by so many seconds, or back; 0 puts it right',
      inputs: ['seconds'],
      run: ({ seconds = '' }) => {
        if (seconds.trim() === '' || !Number.isFinite(Number(seconds))) throw wrongInput('seconds is a number');
        skew(Number(seconds) * 1000);
      },
    },
  ];
}
