import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Fields } from '../../src/core/value.ts';
import type { ProviderSource } from '../../src/manifests/catalog.ts';
import { desired, type Desired } from '../../src/manifests/desired.ts';
import { environmentOf, type Project } from '../../src/manifests/project.ts';
import type { AnyKind, Finding, Shape } from '../../src/providers/contract.ts';

const object = (properties: Fields, more: Fields = {}): Fields => ({ type: 'object', additionalProperties: false, properties, ...more });

/** A kind with one of everything that a schema can say. */
export const BOX = object(
  {
    size: { description: 'How wide it is.', type: 'integer', minimum: 1 },
    mode: { type: 'string', enum: ['auto', 'manual', 'off'], default: 'auto' },
    open: { type: 'boolean' },
    note: { type: 'string' },
    ratio: { type: 'number' },
    password: { description: 'Opens it.', type: 'string', 'x-sensitive': true },
    parent: { type: 'string', 'x-ref': { kind: 'demo/Box', onRemove: 'cascades' } },
    lids: { type: 'array', items: { type: 'string', 'x-ref': { kind: 'demo/Lid', by: 'name', wait: 'ready' } }, 'x-set': true },
    watcher: { type: 'string', 'x-ref': { kind: 'other/Thing' } },
    parts: {
      type: 'array',
      'x-key': ['name'],
      items: object(
        { name: { type: 'string' }, lid: { type: 'string', 'x-ref': { kind: 'demo/Lid' } }, weight: { type: 'number', default: 1 } },
        { required: ['name'] },
      ),
    },
    fill: {
      oneOf: [
        object({ water: { type: 'number' }, hot: { type: 'boolean' } }, { required: ['water'] }),
        object({ sand: { type: 'number' }, coarse: { type: 'boolean' } }, { required: ['sand'] }),
        { type: 'string', enum: ['nothing'] },
      ],
    },
    tree: { $ref: '#/$defs/tree' },
    free: { type: 'object', additionalProperties: true },
    config: { type: 'object', additionalProperties: true, 'x-yang': true },
    floats: { 'x-double': true },
  },
  {
    title: 'Box',
    description: 'A box on a shelf.',
    required: ['size'],
    $defs: {
      tree: object({ name: { type: 'string' }, below: { type: 'array', items: { $ref: '#/$defs/tree' } } }, { required: ['name'] }),
    },
  },
);

export const LID = object({ label: { type: 'string' } }, { title: 'Lid', description: 'Closes a box.' });
export const THING = object({ box: { type: 'string', 'x-ref': { kind: 'demo/Box' } } }, { title: 'Thing' });

/** As much of a Kind as manifests look at; what would speak to a live system is not there. */
export const kind = (name: string, schema: Fields, more: Partial<AnyKind> = {}): AnyKind =>
  ({ kind: name, version: 'v1', schema: () => schema, nature: 'state', creatable: true, removable: true, ...more }) as unknown as AnyKind;

/** Rules beyond the schema: a note may not shout, a box of size 13 is bad luck, at most three boxes on a shelf. */
const boxShape: Shape<Fields> = {
  check: (spec) => (typeof spec.note === 'string' && spec.note.endsWith('!') ? [finding('SHOUTED', '/note')] : []),
  normalize: (spec) => (typeof spec.note === 'string' ? { ...spec, note: spec.note.trim() } : spec),
  claims: (spec) =>
    Object.keys((spec.config ?? {}) as Fields).map((name) =>
      name.endsWith('/')
        ? { path: `/${name}`, subtree: true, at: `/config/${name.replaceAll('/', '~1')}` }
        : { path: `/${name}`, at: `/config/${name.replaceAll('/', '~1')}` },
    ),
  together: (all) => (all.length > 3 ? [{ ...finding('CROWDED', '/size'), resource: all[3]?.id ?? '' }] : []),
};
const finding = (code: string, pointer: string): Finding => ({ code, summary: code.toLowerCase(), pointer });

const OPTIONS = object({ token: { type: 'string', 'x-sensitive': true }, color: { type: 'string', default: 'grey' } });

export const DEMO_KINDS = [
  kind('demo/Box', BOX, { open: () => boxShape as unknown as Shape<object> }),
  kind('demo/Lid', LID, { key: (spec: object, name: string) => String((spec as Fields).label ?? name) }),
];
export const OTHER_KINDS = [kind('other/Thing', THING)];

export const PROVIDERS: readonly ProviderSource[] = [
  {
    name: 'demo',
    groups: ['demo'],
    load: async () => ({
      name: 'demo',
      options: () => OPTIONS,
      kinds: DEMO_KINDS,
    }),
  },
  { name: 'other', groups: ['other'], load: async () => ({ name: 'other', kinds: OTHER_KINDS }) },
];

export const PROJECT: Project = {
  dir: '/nowhere',
  name: 'test',
  manifests: [],
  environments: new Map([['default', { name: 'default', manifests: [], targets: {}, state: { folder: 'state' } }]]),
  defaultEnvironment: 'default',
};

export const SHELF = 'apiVersion: setpoint/v1\nkind: Target\nmetadata: {name: shelf}\nspec: {provider: demo, address: ./shelf}\n';

/** One document: `manifest('demo/v1 Box a', 'size: 3')`. */
export function manifest(heading: string, spec = '', metadata = ''): string {
  const [apiVersion, kindName, name] = heading.split(' ');
  const body = spec === '' ? '' : `spec:\n${spec.replace(/^/gm, '  ')}\n`;
  return `apiVersion: ${apiVersion}\nkind: ${kindName}\nmetadata:\n  name: ${name}\n${metadata === '' ? '' : `${metadata.replace(/^/gm, '  ')}\n`}${body}`;
}

/** What these documents want, beside a target called shelf. */
export const read = (...documents: readonly string[]): Promise<Desired> => readFiles({ 'a.yaml': documents.join('---\n') });

export const readFiles = (files: Readonly<Record<string, string | Uint8Array>>, withShelf = true): Promise<Desired> =>
  desired({
    project: PROJECT,
    environment: environmentOf(PROJECT),
    providers: PROVIDERS,
    given: [...(withShelf ? [{ file: 'shelf.yaml', text: SHELF }] : []), ...Object.entries(files).map(([file, text]) => ({ file, text }))],
  });

/** `CODE file:line:col+length summary`, the way a test reads best. */
export const brief = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly string[] =>
  diagnostics.map(({ code, at, summary }) => `${code} ${at ? `${at.file}:${at.line}:${at.col}+${at.length}` : '-'} ${summary}`);
