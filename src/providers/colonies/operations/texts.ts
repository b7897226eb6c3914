import { count } from '../../../core/count.ts';
import { executorState, processState, type Process } from '../client/index.ts';

export type ProcessState = keyof typeof processState;
export const PROCESS_STATES = Object.keys(processState) as readonly ProcessState[];
export type ExecutorState = keyof typeof executorState;
export const EXECUTOR_STATES = Object.keys(executorState) as readonly ExecutorState[];

/** The word for a state, or the number that a newer server has for one. */
export const processStateText = (state: number): string => PROCESS_STATES.find((word) => processState[word] === state) ?? String(state);
export const executorStateText = (state: number): string => EXECUTOR_STATES.find((word) => executorState[word] === state) ?? String(state);

/** Enough of an id to tell it from others in a table; operations take as much of it. */
export const SHORT = 12;
export const shortIdOf = (id: string): string => id.slice(0, SHORT);

/** `2026-11-22 02:31:07`, in UTC. Empty for a time that is not set. */
export const timeText = (time: string | undefined): string =>
  time === undefined ? '' : new Date(time).toISOString().slice(0, 19).replace('T', ' ');

/** The same of Unix nanoseconds. */
export const momentText = (nanoseconds: bigint): string => timeText(new Date(Number(nanoseconds / 1_000_000n)).toISOString());

/** `boil`, and within a workflow `boil (step-2)`. */
export const workText = ({ spec: { funcname, nodename } }: Process): string => (nodename === '' ? funcname : `${funcname} (${nodename})`);

/** How long ago, as coarse as people say it: `45 s`, `12 min`, `3 h`, `2 d`. */
export function agoText(time: string | undefined, now: number): string {
  if (time === undefined) return 'never';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  const [amount, unit] = (
    seconds < 120
      ? [seconds, 's']
      : seconds < 7200
        ? [seconds / 60, 'min']
        : seconds < 172_800
          ? [seconds / 3600, 'h']
          : [seconds / 86_400, 'd']
  ) as [number, string];
  return `${Math.floor(amount)} ${unit}`;
}

/** How far apart two clocks are: `90 seconds`, `12 minutes`, `1 hour 59 minutes`. */
export function apartText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return count(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return count(minutes, 'minute');
  const rest = minutes % 60;
  return `${count(Math.floor(minutes / 60), 'hour')}${rest === 0 ? '' : ` ${count(rest, 'minute')}`}`;
}

/** Lines of a message: executors end theirs with a line end, or forget to. */
export const linesOf = (message: string): readonly string[] => message.replace(/\r?\n$/, '').split(/\r?\n/);
