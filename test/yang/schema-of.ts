import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Value } from '../../src/core/value.ts';
import { compile, type Content, type Mode, type Problem, type Schema, type ValidateOptions } from '../../src/yang/index.ts';

const folder = fileURLToPath(new URL('../../yang/', import.meta.url));

/** The modules of the brewery, as they are shipped. */
export const breweryModules = readdirSync(folder)
  .filter((file) => file.endsWith('.yang'))
  .sort()
  .map((file) => ({ file: `yang/${file}`, text: readFileSync(`${folder}${file}`, 'utf8') }));

/** A module m (prefix m, YANG 1.1) around these statements. */
export const moduleOf = (body: string, header = ''): string =>
  `module m {\n  yang-version 1.1;\n  namespace "urn:m";\n  prefix m;\n${header}\n${body}\n}\n`;

/** Compiles such a module, with further modules beside it; throws where the modules are wrong. */
export function schemaOf(body: string, others: readonly string[] = [], header = ''): Schema {
  const modules = [moduleOf(body, header), ...others].map((text, index) => ({ file: index === 0 ? 'm.yang' : `other${index}.yang`, text }));
  const { schema, diagnostics } = compile({ modules });
  if (!schema) throw new Error(diagnostics.map(shown).join('\n'));
  return schema;
}

/** What compiling says: `file:line:col CODE summary`. */
export const faultsOf = (body: string, others: readonly string[] = []): readonly string[] => {
  const modules = [moduleOf(body), ...others].map((text, index) => ({ file: index === 0 ? 'm.yang' : `other${index}.yang`, text }));
  return compile({ modules }).diagnostics.map(shown);
};

const shown = (d: Diagnostic): string =>
  `${d.at?.file ?? ''}:${d.at?.line ?? 0}:${d.at?.col ?? 0} ${d.code} ${d.summary}${d.hint === undefined ? '' : ` (${d.hint})`}`;

interface Options extends Pick<ValidateOptions, 'unknown'> {
  readonly content?: Content;
  readonly mode?: Mode;
  readonly at?: string;
}

export const problemsOf = (schema: Schema, instance: Value, options: Options = {}): readonly Problem[] =>
  schema.validate(instance, { content: 'config', ...options }).problems;

/** `CODE path` of every problem. */
export const codesOf = (schema: Schema, instance: Value, options: Options = {}): readonly string[] =>
  problemsOf(schema, instance, options).map((one) => `${one.code} ${one.path}`);
