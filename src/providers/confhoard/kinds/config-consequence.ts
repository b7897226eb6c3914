import type { Difference } from '../../../core/plan.ts';
import { segments } from '../../../core/pointer.ts';

/** Leaves of the brewery's modules that move something in the cellar, by name, and what they do there. */
const ACTS: Readonly<Record<string, string>> = {
  setpoint: 'the zone is kept at',
  highpoint: 'cooling starts above',
  lowpoint: 'heating starts below',
  offset: 'at once, readings of the probe are corrected by',
  mode: 'heating power goes to',
  forceoff: 'the heating element is forced off:',
};

/** What a change sets in motion, in words; undefined where it moves nothing. The difference itself is printed anyway. */
export function consequence({ path, before, after, units }: Difference): string | undefined {
  const last = segments(path).at(-1);
  const act = path.startsWith('/config/') && last && 'name' in last && Object.hasOwn(ACTS, last.name) ? ACTS[last.name] : undefined;
  if (act === undefined) return undefined;
  const shown = (value: Difference['before']): string =>
    `${typeof value === 'string' ? value : JSON.stringify(value)}${units === undefined ? '' : ` ${units}`}`;
  return `${act} ${after === undefined ? 'its default' : shown(after)}${before === undefined ? '' : ` instead of ${shown(before)}`}`;
}
