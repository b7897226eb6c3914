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

/** Amounts of memory that can be compared with what work asks for: the server keeps any text. */
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
  severity: 'warning',
  summary: `"${text}" is memory in words of its own`,
  detail: `The server keeps it as it stands. In what work asks for it understands ${MEMORY_UNITS.join(', ')} every time and other units by chance, so whoever compares the two does well to find those here.`,
  hint: 'Write 8Gi, say.',
  pointer,
});
