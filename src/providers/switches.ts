import { Fault, nearest } from '../core/diagnostic.ts';
import type { Value } from '../core/value.ts';
import type { Sandbox } from './contract.ts';

export type Input = Readonly<Record<string, string>>;

/** A switch of a sandbox (`setpoint sandbox ctl`) with what it does. */
export type Control = Sandbox['controls'][number] & { readonly run: (input: Input) => Promise<Value | void> | Value | void };

/** Switches as a Sandbox has them; `system` names it in messages. `control` throws Fault SWITCH_UNKNOWN and what the switch throws. */
export function switches(system: string, controls: readonly Control[]): Pick<Sandbox, 'controls' | 'control'> {
  return {
    controls: controls.map(({ name, summary, inputs }) => ({ name, summary, inputs })),
    async control(name, input) {
      const known = controls.find((one) => one.name === name);
      if (known !== undefined) return (await known.run(input)) ?? null;
      const names = controls.map((one) => one.name);
      const guess = nearest(name, names);
      throw new Fault({
        code: 'SWITCH_UNKNOWN',
        summary: `a ${system} sandbox has no control "${name}"`,
        detail: `It has ${names.join(', ')}.`,
        ...(guess === undefined ? {} : { hint: `Did you mean ${guess}?` }),
      });
    },
  };
}

/** Throws Fault SWITCH_INPUT. */
export const wrongInput = (wanted: string): Fault =>
  new Fault({
    code: 'SWITCH_INPUT',
    summary: wanted,
    detail: 'Nothing was done.',
    hint: 'setpoint sandbox ctl lists the inputs of every switch.',
  });

/** A whole number that is not negative. Throws Fault SWITCH_INPUT. */
export function countIn(input: Input, name: string, otherwise: number): number {
  const count = Number(input[name] ?? otherwise);
  if (!Number.isInteger(count) || count < 0) throw wrongInput(`${name} is a whole number`);
  return count;
}
