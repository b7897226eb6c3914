import type { KindFacts } from '../../src/core/facts.ts';
import type { Fields, Value } from '../../src/core/value.ts';
import { byText, canonical, isList } from '../../src/core/value.ts';
import type { Finding, Shape } from '../../src/providers/contract.ts';
import { ruleOf } from '../../src/manifests/rule.ts';
import type { KindConduct } from './scripted-system.ts';

/** What one scripted kind declares (`schema`, `nature`, …) and how the system behaves towards it (`conduct`). */
export interface ScriptedTraits {
  readonly kind: string;
  readonly schema: Fields;
  readonly nature: 'state' | 'run';
  readonly creatable: boolean;
  readonly removable: boolean;
  readonly replace?: 'create-first' | 'delete-first';
  /** The field that holds the parent's handle: it is the scope as well, and part of the key. */
  readonly parent?: string;
  readonly batch?: string;
  readonly shape?: Shape<Fields>;
  /** The field that is the object's content, and its key. */
  readonly content?: string;
  readonly readable?: false;
  /** False: nothing changes in place. */
  readonly updatable?: false;
  readonly advance?: NonNullable<KindFacts['advance']>;
  readonly effects?: KindFacts['effects'];
  readonly physical?: KindFacts['physical'];
  readonly conduct: KindConduct;
}

const schemaOf = (kind: string, required: readonly string[], properties: Readonly<Record<string, Fields>>): Fields => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: kind,
  description: `A ${kind} of the scripted system.`,
  type: 'object',
  additionalProperties: false,
  required,
  properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, { description: `The ${name}.`, ...inner }])),
});

const text: Fields = { type: 'string' };

/** Every trait that a field can have, one field each. */
const boxFields: Readonly<Record<string, Fields>> = {
  label: text,
  size: { type: 'integer', minimum: 1, default: 1 },
  level: { ...text, pattern: '^-?\\d+(\\.\\d+)?$', 'x-units': '°C' },
  slots: {
    type: 'array',
    'x-key': ['name'],
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: text, rate: { type: 'integer' }, note: text },
    },
  },
  tags: { type: 'array', 'x-set': true, items: text },
  stages: { type: 'array', items: text },
  settings: { type: 'object', additionalProperties: text },
  exact: { type: 'object', 'x-whole': true, additionalProperties: text },
  colour: { type: ['string', 'null'], 'x-unset': 'null' },
  weight: { type: 'integer', default: 5, 'x-unset': 'default' },
  glaze: { ...text, 'x-unset': { value: 'none' } },
  scar: { ...text, 'x-unset': 'never' },
  rack: text,
  token: { ...text, 'x-sensitive': true },
  password: { ...text, 'x-sensitive': true, 'x-blind': true },
  seal: { ...text, 'x-blind': true },
  serial: { ...text, 'x-immutable': true },
};

const box = schemaOf('Box', ['label'], boxFields);
const boxConduct = { rule: ruleOf(box), hidden: ['password', 'seal'], defaults: { size: 1, weight: 5, rack: 'rack-1' }, settleMs: 2000 };

/** `01.50` and `1.5` are one level; the order of tags is nobody's business. */
function normalizeBox(spec: Fields): Fields {
  const { level, tags } = spec;
  return {
    ...spec,
    ...(typeof level === 'string' && /^-?\d+(\.\d+)?$/.test(level) ? { level: canonicalDecimal(level) } : {}),
    ...(isList(tags)
      ? {
          tags: [...new Map(tags.map((tag): [string, Value] => [canonical(tag), tag])).entries()]
            .sort(([a], [b]) => byText(a, b))
            .map(([, tag]) => tag),
        }
      : {}),
  };
}

function canonicalDecimal(level: string): string {
  const [whole = '0', fraction = ''] = level.replace('-', '').split('.');
  const digits = `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/0+$/, '')}`.replace(/\.$/, '');
  return level.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
}

function checkBox(spec: Fields): readonly Finding[] {
  return spec['label'] === 'forbidden' ? [{ code: 'BOX_LABEL', summary: 'no box is called forbidden', pointer: '/label' }] : [];
}

const boxShape: Shape<Fields> = { check: checkBox, normalize: normalizeBox };
const state = { nature: 'state', creatable: true, removable: true } as const;

/** A new one may stand beside the old one. */
export const boxTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Box',
  schema: box,
  replace: 'create-first',
  shape: boxShape,
  conduct: { ...boxConduct, unique: false },
  effects: (differences) => (differences.some(({ path }) => path === '/size') ? ['moves what is inside'] : []),
};

/** The same fields, with names that can be taken once: the old one has to go first. */
export const crateTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Crate',
  schema: { ...box, title: 'Crate' },
  replace: 'delete-first',
  shape: boxShape,
  conduct: { ...boxConduct, unique: true },
};

const child = schemaOf('Child', ['parent'], {
  parent: {
    ...text,
    'x-immutable': true,
    'x-ref': { kind: 'scripted/Box', by: 'handle', wait: 'exists', onReplace: 'recreate', onRemove: 'cascades' },
  },
  note: text,
  friend: { ...text, 'x-ref': { kind: 'scripted/Box', by: 'handle', wait: 'ready', onReplace: 'rewrite', onRemove: 'blocks' } },
});
export const childTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Child',
  schema: child,
  parent: 'parent',
  conduct: { rule: ruleOf(child), unique: true, parent: 'parent' },
};

const note = schemaOf('Note', ['text'], { text, pinned: { type: 'boolean' } });
export const noteTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Note',
  schema: note,
  creatable: false,
  conduct: { rule: ruleOf(note), unique: true, refusesCreate: true },
};

const stone = schemaOf('Stone', ['text'], { text, weight: { type: 'integer' } });
export const stoneTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Stone',
  schema: stone,
  removable: false,
  conduct: { rule: ruleOf(stone), unique: true, refusesDelete: true },
};

const job = schemaOf('Job', ['command'], { command: text, retry: { type: 'integer' } });
export const jobTraits: ScriptedTraits = {
  kind: 'scripted/Job',
  schema: job,
  nature: 'run',
  creatable: true,
  removable: false,
  conduct: { rule: ruleOf(job), unique: false, refusesDelete: true, settleMs: 5000 },
};

const ramp = schemaOf('Ramp', ['degrees'], {
  degrees: { type: 'integer', 'x-units': '°C' },
  perStep: { type: 'integer', minimum: 1, default: 1 },
});
export const rampTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Ramp',
  schema: ramp,
  conduct: { rule: ruleOf(ramp), unique: true, defaults: { perStep: 1 }, settleMs: 1000 },
  physical: (differences) => differences.some(({ path }) => path === '/degrees'),
  advance(recorded, live, now) {
    const { motion, applied } = recorded;
    const goal = Number(motion?.goal['degrees'] ?? applied['degrees']);
    const at = Number(applied['degrees']);
    if (live.readiness.state !== 'ready' || (motion?.next !== undefined && now < motion.next)) return 'hold';
    if (at === goal) return 'done';
    const step = Number(applied['perStep'] ?? 1);
    return { ...applied, degrees: at + Math.sign(goal - at) * Math.min(step, Math.abs(goal - at)) };
  },
};

const batchy = schemaOf('Batchy', ['share'], { share: { type: 'integer', minimum: 0 }, note: text });
/** Shares must add up to no more than 100 at the end of a commit: two changes may be possible only together. */
export const batchyTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Batchy',
  schema: batchy,
  batch: 'shares',
  conduct: {
    rule: ruleOf(batchy),
    unique: true,
    judge: (specs) =>
      specs.reduce((sum, spec) => sum + Number(spec['share']), 0) > 100 ? 'the shares add up to more than 100' : undefined,
  },
};

const blob: Fields = { ...schemaOf('Blob', ['text'], { text }), 'x-immutable': true };
export const blobTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Blob',
  schema: blob,
  removable: false,
  updatable: false,
  replace: 'create-first',
  content: 'text',
  conduct: { rule: ruleOf(blob), unique: true, shared: true, refusesDelete: true },
};

const hint: Fields = { ...schemaOf('Hint', ['text'], { text: { ...text, 'x-blind': true } }), 'x-immutable': true };
export const hintTraits: ScriptedTraits = {
  ...state,
  kind: 'scripted/Hint',
  schema: hint,
  readable: false,
  updatable: false,
  conduct: { rule: ruleOf(hint), unique: false, hidden: ['text'] },
};

export const scriptedTraits = [
  boxTraits,
  crateTraits,
  childTraits,
  noteTraits,
  stoneTraits,
  jobTraits,
  rampTraits,
  batchyTraits,
  blobTraits,
  hintTraits,
] as const;
