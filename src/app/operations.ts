import { Fault } from '../core/diagnostic.ts';
import type { AnyOperation, Output, Session } from '../providers/contract.ts';
import { callOf } from '../reconcile/opened.ts';
import type { Engine } from './engine.ts';
import type { Act, Inputs } from './inputs.ts';
import { inputsOf, nextInput, readInputs, unknownWord } from './inputs.ts';

export type { Output };

/** What one target can be told to do. */
export interface Operations {
  readonly list: readonly AnyOperation[];
  /** Throws Fault OPERATION_UNKNOWN. */
  named(name: string): AnyOperation;
  /** From `name=value` words, or values in the order of the inputs. Throws Fault INPUT_UNKNOWN or INPUT_MISSING. */
  inputsOf(operation: AnyOperation, words: readonly string[]): Inputs;
  run(operation: AnyOperation, input: Inputs): AsyncIterable<Output>;
  /** What may stand behind these words: names of inputs, and what the next one may be as the live system has it. */
  offered(operation: AnyOperation, words: readonly string[]): Promise<readonly string[]>;
}

/** The targets that can be told something. */
export const targetNames = async (engine: Engine): Promise<readonly string[]> => [...(await engine.desired()).targets.keys()];

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
  const actOf = ({ name, inputs }: AnyOperation): Act => ({ name, inputs, typed: `setpoint run ${target} ${name}` });
  const session = async (): Promise<Session> => {
    const link = await links.get(target);
    if ('fault' in link) throw engine.redact.error(new Fault(link.fault));
    return link.session;
  };
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
    inputsOf: (operation, words) => inputsOf(actOf(operation), words),
    async *run(operation, input) {
      const opened = await session();
      try {
        for await (const output of operation.run(opened, input, callOf(run))) yield engine.redact.value(output);
      } catch (error) {
        throw engine.redact.error(error);
      }
    },
    async offered(operation, words) {
      const { input, awaited } = readInputs(actOf(operation), words);
      const next = awaited === undefined ? nextInput(operation.inputs, input) : operation.inputs.find(({ name }) => name === awaited);
      const values = next?.complete === undefined ? [] : await next.complete((await session()).read, callOf(run));
      const names = operation.inputs.flatMap(({ name }) => (Object.hasOwn(input, name) ? [] : [`--${name}`]));
      return engine.redact.value(awaited === undefined ? [...values, ...names] : values);
    },
  };
}
