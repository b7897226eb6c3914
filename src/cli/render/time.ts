import { clean } from './clean.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?/;

/** Of an ISO 8601 time in UTC, `02:31:07`; as wide for what is no such time. */
export function clock(at: string): string {
  const parts = ISO.exec(at);
  return parts === null ? '--:--:--' : `${parts[2]}${parts[3] ?? ':00'}`;
}

/** `02:14` on the day of `now`, else `2026-11-22 02:14`; always UTC. */
export function moment(at: string, now?: string): string {
  const parts = ISO.exec(at);
  if (parts === null) return clean(at);
  return now?.startsWith(`${parts[1]}T`) === true ? `${parts[2]}` : `${parts[1]} ${parts[2]}`;
}

/** Milliseconds as people say them: `0.2 s`, `45 s`, `2 min 5 s`, `8 h`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '0.0 s';
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? pair(hours, 'h', minutes % 60, 'min') : pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const pair = (a: number, unitA: string, b: number, unitB: string): string => (b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`);
