/**
 * Writes TypeScript types for the schemas: `tsx scripts/types.ts [--check]`. `schemas/setpoint` and `schemas/own/project.json`
 * become src/manifests/types.ts, `schemas/<provider>` becomes src/providers/<provider>/types.ts. With `--check` nothing is
 * written, and the exit code is 1 if a file is not what its schemas say.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const BANNER = '// Made from the JSON Schemas by `npm run types`: change those.\n';

interface Named {
  readonly file: string;
  readonly name: string;
}

/** `Config.v1.json` describes the spec of a Config: ConfigSpec. */
const kindSchemas = (group: string): readonly Named[] =>
  readdirSync(join(root, 'schemas', group))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file: `${group}/${file}`, name: `${file.slice(0, file.indexOf('.'))}Spec` }));

async function typesOf(schemas: readonly Named[]): Promise<string> {
  const declarations = new Map<string, string>();
  for (const { file, name } of schemas) {
    const schema = JSON.parse(readFileSync(join(root, 'schemas', file), 'utf8')) as JSONSchema;
    const text = await compile({ ...schema, title: name }, name, {
      additionalProperties: false,
      bannerComment: '',
      cwd: dirname(join(root, 'schemas', file)),
      unknownAny: true,
      style: { printWidth: 140, singleQuote: true },
      // A list of at least one is a list: as a tuple, no list that is made could be one.
      ignoreMinAndMaxItems: true,
    });
    for (const declaration of text.trim().split(/\n+(?=\/\*\*\n)|(?<!\*\/)\n+(?=export )/)) {
      const declared = /export (?:interface|type) (\w+)/.exec(declaration)?.[1] ?? '';
      const before = declarations.get(declared);
      if (before !== undefined && before !== declaration)
        throw new Error(`${file}: ${declared} is something else in another schema of the group`);
      declarations.set(declared, declaration);
    }
  }
  return `${BANNER}\n${[...declarations.values()].join('\n\n')}\n`;
}

const outputs: { readonly path: string; readonly schemas: readonly Named[] }[] = [
  { path: 'src/manifests/types.ts', schemas: [...kindSchemas('setpoint'), { file: 'own/project.json', name: 'ProjectManifest' }] },
];
for (const entry of readdirSync(join(root, 'schemas'), { withFileTypes: true })) {
  if (!entry.isDirectory() || entry.name === 'setpoint' || entry.name === 'own') continue;
  const schemas = kindSchemas(entry.name);
  if (schemas.length > 0) outputs.push({ path: `src/providers/${entry.name}/types.ts`, schemas });
}

for (const { path, schemas } of outputs) {
  const full = join(root, path);
  const text = await typesOf(schemas);
  if (existsSync(full) && readFileSync(full, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.log(`${relative(root, full)} is not what its schemas say; npm run types writes it again`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    console.log(`wrote ${relative(root, full)}`);
  }
}
