import { Fault } from '../core/diagnostic.ts';
import type { AnyOperation, Output } from '../providers/contract.ts';
import { callOf } from '../reconcile/opened.ts';
import type { Engine } from './engine.ts';
import type { Inputs } from './inputs.ts';
import { inputsOf, unknownWord } from './inputs.ts';

export type { Output };

/** What one target can be told to do. */
export interface Operations {
  readonly list: readonly AnyOperation[];
  /** Throws Fault OPERATION_UNKNOWN. */
  named(name: string): AnyOperation;
  /** From `name=value` words, or values in the order of the inputs. Throws Fault INPUT_UNKNOWN or INPUT_MISSING. */
  inputsOf(operation: AnyOperation, words: readonly string[]): Inputs;
  run(operation: AnyOperation, input: Inputs): AsyncIterable<Output>;
}

/** Throws Fault TARGET_UNKNOWN. Connects only when something is run. */
export async function openOperations(engine: Engine, target: string): Promise<Operations> {
  const desired = await engine.desired();
  const manifest = desired.targets.get(target);
  if (!manifest) {
    const known = [...desired.targets.keys()];
    throw unknownWord({
      code: 'TARGET_UNKNOWN',
      summary: `there is no target called "${target}"`,
      word: target,
      known,
      hint: 'Correct the name, or describe the target in a manifest of kind Target.',
    });
  }
  const { links, run, kinds } = await engine.context(desired);
  const provider = await kinds.provider(manifest.provider);
  const list = (provider?.operations ?? []) as readonly AnyOperation[];
  return {
    list,
    named(name) {
      const operation = list.find((one) => one.name === name);
      if (operation) return operation;
      throw unknownWord({
        code: 'OPERATION_UNKNOWN',
        summary: `${target} has no operation called "${name}"`,
        word: name,
        known: list.map((one) => one.name),
        hint: `setpoint run ${target} says what each of them does.`,
      });
    },
    inputsOf: ({ name, inputs }, words) => inputsOf({ name, inputs, typed: `setpoint run ${target} ${name}` }, words),
    async *run(operation, input) {
      const link = await links.get(target);
      if ('fault' in link) throw engine.redact.error(new Fault(link.fault));
      try {
        for await (const output of operation.run(link.session, input, callOf(run))) yield engine.redact.value(output);
      } catch (error) {
        throw engine.redact.error(error);
      }
    },
  };
}
