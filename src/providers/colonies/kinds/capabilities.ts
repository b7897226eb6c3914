import { isFields, isList, type Fields, type Value } from '../../../core/value.ts';
import type { Finding } from '../../contract.ts';
import type { CapabilitiesDraft } from '../client/index.ts';
import { memoryOf, MEMORY_UNITS } from '../rules/quantities.ts';
import type { ExecutorSpec } from '../types.ts';

export type Capabilities = NonNullable<ExecutorSpec['capabilities']>;

/** Without what says nothing: the server fills an empty text, 0 and null in where something is left out. */
export function plainCapabilities(given: CapabilitiesDraft | Capabilities): Capabilities {
  const { hardware, software } = pruned(given as Fields) as { readonly hardware?: Value; readonly software?: Value };
  return {
    ...(isList(hardware) && hardware.length > 0 ? { hardware } : {}),
    ...(isList(software) && software.length > 0 ? { software } : {}),
  } as Capabilities;
}

const pruned = (value: Fields): Fields =>
  Object.fromEntries(
    Object.entries(value)
      .map(
        ([name, inner]) =>
          [
            name,
            isList(inner) ? inner.map((item) => (isFields(item) ? pruned(item) : item)) : isFields(inner) ? pruned(inner) : inner,
          ] as const,
      )
      .filter(([, inner]) => !isNothing(inner)),
  );

const isNothing = (value: Value): boolean =>
  value === '' ||
  value === 0 ||
  value === null ||
  (isList(value) && value.length === 0) ||
  (isFields(value) && Object.keys(value).length === 0);

/** Amounts of memory that the server reads the same way every time. */
export function capabilityFindings({ capabilities }: ExecutorSpec): readonly Finding[] {
  return (capabilities?.hardware ?? []).flatMap(({ mem, storage, gpu }, i) =>
    (
      [
        [mem, 'mem'],
        [storage, 'storage'],
        [gpu?.mem, 'gpu/mem'],
      ] as const
    ).flatMap(([amount, field]) =>
      amount === undefined || isMemory(amount) ? [] : [notMemory(amount, `/capabilities/hardware/${i}/${field}`)],
    ),
  );
}

const isMemory = (text: string): boolean =>
  !('problem' in memoryOf(text)) && MEMORY_UNITS.some((unit) => text.endsWith(unit) && /\d$/.test(text.slice(0, -unit.length)));

const notMemory = (text: string, pointer: string): Finding => ({
  code: 'COLONIES_MEMORY',
  summary: `"${text}" is no amount of memory`,
  detail: `It is a whole number and one of ${MEMORY_UNITS.join(', ')}. Of other units Colonies tries spellings by chance, so that the same text is taken at one time and refused at another.`,
  hint: 'Write 8Gi, say.',
  pointer,
});
