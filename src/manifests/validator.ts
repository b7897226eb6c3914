import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { Pointer } from '../core/pointer.ts';
import type { Fields, Value } from '../core/value.ts';
import { explain } from './explain.ts';
import type { Issue } from './issue.ts';
import { VOCABULARY } from './vocabulary.ts';

/** Says everything that is wrong with a value; the same empty list for every value that is right. */
export type Validate = (value: Value, lexical?: ReadonlyMap<Pointer, string>) => readonly Issue[];

const NO_ISSUES: readonly Issue[] = [];
const NO_LEXICAL: ReadonlyMap<Pointer, string> = new Map();

/** Compiles a JSON Schema (draft 2020-12 with our own words) when the first value is judged by it. */
export type Compile = (schema: Fields) => Validate;

let loaded: Promise<Compile> | undefined;

/** The compiler is loaded when the first manifest is checked: a program start that checks none should not pay for it. */
export const schemaCompiler = (): Promise<Compile> => (loaded ??= load());

async function load(): Promise<Compile> {
  const [{ Ajv2020 }, formats] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')]);
  // Both packages are CommonJS: what they call default is the function one level down.
  const addFormats = formats.default as unknown as (ajv: Ajv2020) => void;
  const ajv = new Ajv2020({
    strict: true,
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    ownProperties: true,
    // The schemas come with the package, and a test holds each of them to the standard and to VOCABULARY. Doing it again at every
    // start would take longer than everything else about checking a few manifests.
    meta: false,
    validateSchema: false,
    // Node's own compiler does it as well, and only for what runs often.
    code: { optimize: false },
  });
  addFormats(ajv);
  for (const keyword of Object.keys(VOCABULARY)) ajv.addKeyword({ keyword });
  const compiled = new WeakMap<Fields, ValidateFunction>();
  return (schema) =>
    (value, lexical = NO_LEXICAL) => {
      let validate = compiled.get(schema);
      if (validate === undefined) compiled.set(schema, (validate = ajv.compile(schema)));
      if (validate(value)) return NO_ISSUES;
      return explain((validate.errors ?? []) as readonly ErrorObject[], lexical);
    };
}
