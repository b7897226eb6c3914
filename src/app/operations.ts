import { Fault, nearest } from '../core/diagnostic.ts';
import type { AnyOperation, Output } from '../providers/contract.ts';
import { callOf } from '../reconcile/opened.ts';
import type { Engine } from './engine.ts';

export type { Output };

/** What one target can be told to do. */
export interface Operations {
  readonly list: readonly AnyOperation[];
  /** Throws Fault OPERATION_UNKNOWN. */
  named(name: string): AnyOperation;
  /** From `name=value` words, or values in the order of the inputs. Throws Fault INPUT_UNKNOWN or INPUT_MISSING. */
  inputsOf(operation: AnyOperation, words: readonly string[]): Readonly<Record<string, string>>;
  run(operation: AnyOperation, input: Readonly<Record<string, string>>): AsyncIterable<Output>;
}

/** Throws Fault TARGET_UNKNOWN. Connects only when something is run. */
export async function openOperations(engine: Engine, target: string): Promise<Operations> {
  const desired = await engine.desired();
  const manifest = desired.targets.get(target);
  if (!manifest) throw unknown('TARGET_UNKNOWN', `there is no target called "${target}"`, target, [...desired.targets.keys()]);
  const { links, run, kinds } = await engine.context(desired);
  const provider = await kinds.provider(manifest.provider);
  const list = (provider?.operations ?? []) as readonly AnyOperation[];
  return {
    list,
    named(name) {
      const operation = list.find((one) => one.name === name);
      if (!operation)
        throw unknown(
          'OPERATION_UNKNOWN',
          `${target} has no operation called "${name}"`,
          name,
          list.map((one) => one.name),
        );
      return operation;
    },
    inputsOf(operation, words) {
      const input: Record<string, string> = {};
      const names = operation.inputs.map(({ name }) => name);
      for (const word of words) {
        const equals = word.indexOf('=');
        const name = equals > 0 && /^[a-z][\w-]*$/i.test(word.slice(0, equals)) ? word.slice(0, equals) : undefined;
        const free = names.find((one) => !Object.hasOwn(input, one));
        if (name !== undefined && names.includes(name)) input[name] = word.slice(equals + 1);
        else if (name !== undefined || free === undefined) {
          throw unknown('INPUT_UNKNOWN', `${operation.name} takes no "${name ?? word}"`, name ?? word, names);
        } else input[free] = word;
      }
      const missing = operation.inputs.find(({ name, required }) => required && !Object.hasOwn(input, name));
      if (missing) {
        throw new Fault({
          code: 'INPUT_MISSING',
          summary: `${operation.name} needs ${missing.name}`,
          detail: `${missing.name}: ${missing.summary}`,
          hint: `setpoint run ${target} ${operation.name} ${missing.name}=…`,
        });
      }
      return input;
    },
    async *run(operation, input) {
      const link = await links.get(target);
      if ('fault' in link) throw new Fault(link.fault);
      yield* operation.run(link.session, input, callOf(run));
    },
  };
}

function unknown(code: string, summary: string, word: string, known: readonly string[]): Fault {
  const near = nearest(word, known);
  return new Fault({
    code,
    summary,
    detail: `There is ${known.join(', ') || 'none'}.`,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}
