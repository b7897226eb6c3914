import type { Event } from '../../core/event.ts';
import type { Plan } from '../../core/plan.ts';
import type { Recorded } from '../../core/resource.ts';
import { canonical } from '../../core/value.ts';

/** Version of all JSON that is printed; `schemas/own` describes it. A member is never given another meaning under one number. */
const FORMAT = 1;

/**
 * Canonical JSON in one line. What a terminal would take for a command (JSON escapes only the first 32 characters) is escaped
 * too: the value is the same for every reader.
 */
const line = (value: object): string =>
  `${canonical(value).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

/** `--format ndjson`: one line an event (schemas/own/event.json). */
export const ndjson = (event: Event): string => line({ format: FORMAT, ...event });

/** `--format json` of a plan (schemas/own/plan.json); it can be saved and applied. */
export const planJson = (plan: Plan): string => line({ ...plan, format: FORMAT });

/** A record, as it stands in the state's own files (schemas/own/state.json): the format is in their first line. */
export const recordJson = (record: Recorded): string => line(record);

/** Any other document that is printed for programs. */
export const jsonLine = (document: object): string => line({ format: FORMAT, ...document });
