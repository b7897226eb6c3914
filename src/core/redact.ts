import type { Diagnostic } from './diagnostic.ts';
import { Fault, Faults } from './diagnostic.ts';
import type { Event } from './event.ts';
import type { Change, Difference, Plan, Step } from './plan.ts';
import { formsOf } from './secret-forms.ts';

/**
 * Secrets that were looked up in this process, so that none of them leaves it in a text that a peer made: a server may well
 * quote the key that it refused. Values shorter than six characters are not searched for: they would blank out half a sentence.
 *
 * Our own words stay as they are: a password may be the name of a resource, and a plan without its names could not be applied.
 */
export interface Redactor {
  add(secret: string): void;
  text(text: string): string;
  /** The same for every string inside a JSON value, member names included. */
  value<T>(value: T): T;
  diagnostic<D extends Partial<Diagnostic>>(diagnostic: D): D;
  event(event: Event): Event;
  /** What the live systems said in it; what it is going to do is made of manifests and state, which hold no secret. */
  plan(plan: Plan): Plan;
  /** Something thrown, to be thrown on in its place. */
  error(error: unknown): unknown;
}

export const REDACTED = '(secret)';

export function redactor(): Redactor {
  const known = new Set<string>();
  const text = (input: string): string => {
    const places = placesOf(known, input);
    let output = '';
    let done = 0;
    for (const { from, to } of places) {
      output += input.slice(done, from) + REDACTED;
      done = to;
    }
    return output + input.slice(done);
  };
  const inside = (input: unknown): unknown => {
    if (typeof input === 'string') return text(input);
    if (Array.isArray(input)) return input.map(inside);
    if (typeof input !== 'object' || input === null) return input;
    return Object.fromEntries(Object.entries(input).map(([name, inner]) => [text(name), inside(inner)]));
  };
  const value = <T>(input: T): T => (known.size === 0 ? input : (inside(input) as T));
  /** The value with nothing but these members searched. */
  const members = <T extends object>(input: T, names: readonly (keyof T)[]): T => {
    if (known.size === 0) return input;
    const searched = names.flatMap((name) => (input[name] === undefined ? [] : [[name, inside(input[name])] as const]));
    return { ...input, ...Object.fromEntries(searched) };
  };
  const diagnostic = <D extends Partial<Diagnostic>>(input: D): D => members(input, ['summary', 'detail', 'hint', 'source', 'label']);
  const difference = (input: Difference): Difference => members(input, ['before', 'was']);
  const change = (input: Change): Change => ({
    ...members(input, ['remarks', 'author', 'failing', 'effects']),
    differences: input.differences.map(difference),
    ...(input.ignored ? { ignored: input.ignored.map(difference) } : {}),
    ...(input.blocked ? { blocked: diagnostic(input.blocked) } : {}),
    ...(input.fault ? { fault: diagnostic(input.fault) } : {}),
  });
  const step = (input: Step): Step => {
    if ('differences' in input) return { ...input, differences: input.differences.map(difference) };
    return 'run' in input && input.run !== undefined ? { ...input, run: members(input.run, ['result']) } : input;
  };
  return {
    add(secret) {
      // A peer quotes what it was sent, which may be an encoded form.
      for (const form of formsOf(secret)) known.add(form);
    },
    text,
    value,
    diagnostic,
    event(event) {
      if ('fault' in event) return { ...event, fault: diagnostic(event.fault) };
      if ('diagnostic' in event) return { ...event, diagnostic: diagnostic(event.diagnostic) };
      if ('message' in event) return { ...event, message: text(event.message) };
      return event.type === 'done' && event.handle !== undefined ? { ...event, handle: text(event.handle) } : event;
    },
    plan(plan) {
      if (known.size === 0) return plan;
      const targets = Object.entries(plan.targets).map(([name, target]) => [
        name,
        target.fault ? { ...target, fault: diagnostic(target.fault) } : target,
      ]);
      return {
        ...plan,
        targets: Object.fromEntries(targets) as Plan['targets'],
        changes: plan.changes.map(change),
        steps: plan.steps.map(step),
        problems: plan.problems.map(diagnostic),
      };
    },
    error(error) {
      if (known.size === 0) return error;
      if (error instanceof Fault) return new Fault(diagnostic(error.diagnostic), { retry: error.retry, sent: error.sent });
      if (error instanceof Faults) return new Faults(error.diagnostics.map(diagnostic));
      if (!(error instanceof Error)) return value(error);
      const told = new Error(text(error.message));
      told.name = error.name;
      if (error.stack !== undefined) told.stack = text(error.stack);
      return told;
    },
  };
}

interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where one of the forms stands, in order. Forms may overlap, so all are looked for before anything is cut out. */
function placesOf(forms: Iterable<string>, text: string): readonly Place[] {
  const found: Place[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length)) found.push({ from: at, to: at + form.length });
  }
  const places: Place[] = [];
  for (const place of found.sort((a, b) => a.from - b.from)) {
    const last = places.at(-1);
    if (last && place.from < last.to) places[places.length - 1] = { from: last.from, to: Math.max(last.to, place.to) };
    else places.push(place);
  }
  return places;
}
