import { Fault } from '../../../core/diagnostic.ts';
import { isMark } from '../../../core/mark.ts';
import type { FieldRule } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';
import type { Schema } from '../../../yang/index.ts';
import type { Claim, Finding, Shape } from '../../contract.ts';
import { createDraft } from '../datastore/index.ts';
import { findingsIn, judgements } from './config-findings.ts';
import { ruleFor } from './config-rule.ts';
import type { Placed, Spec } from './config-spec.ts';
import { normalized, ownLeaves, place, tried } from './config-spec.ts';
import { zoneMember } from './config-zone.ts';

/** The offline rules of a Config: everything that the modules say, without any live system. */
export function configShape(schema: Schema): Shape<Spec> {
  return {
    check(spec) {
      const placed = judged(schema, spec);
      if ('length' in placed) return placed;
      return [...empty(placed), ...misplaced(placed.node.kind, spec), ...doubled(spec), ...findingsIn(spec, placed)];
    },
    normalize: (spec) => (tried(schema, spec) ? normalized(schema, spec) : spec),
    rule(spec, fixed) {
      const placed = tried(schema, spec);
      if (!placed) return fixed;
      const config: FieldRule = { ...ruleFor(placed.node), ...(spec.replace ? { whole: true as const } : {}) };
      return { ...fixed, fields: { ...fixed.fields, config } };
    },
    claims(spec) {
      const placed = tried(schema, spec);
      if (!placed) return [];
      // The boundary: nothing but what is below a path begins with it and a slash.
      if (spec.replace) return [{ path: `${placed.path.text}/`, subtree: true, at: '/path' }];
      return ownLeaves(placed).map(({ path }): Claim => ({ path: `${path.text}/`, at: '/config' }));
    },
    together: (all) => together(schema, all),
  };
}

function judged(schema: Schema, spec: Spec): Placed | readonly Finding[] {
  try {
    return place(schema, spec);
  } catch (error) {
    if (error instanceof Fault) return [{ pointer: '/path', ...error.diagnostic }];
    throw error;
  }
}

const empty = (placed: Placed): readonly Finding[] =>
  placed.problems.length > 0 || ownLeaves(placed).length > 0
    ? []
    : [
        {
          code: 'CONFIG_EMPTY',
          summary: 'the Config sets nothing',
          detail: 'Neither config nor zone sets a leaf, so there is nothing to keep.',
          hint: 'Write the leaves that are to be kept below config, or take the manifest out.',
          pointer: '',
        },
      ];

function misplaced(kind: string, { path }: Spec): readonly Finding[] {
  if (kind === 'container' || (kind === 'list' && /[\]=][^/]*$/.test(path))) return [];
  return [
    {
      code: 'CONFIG_PATH',
      summary: `${path} is a ${kind}`,
      detail: 'A Config describes the content of a container or of one list entry.',
      hint:
        kind === 'list'
          ? `Name one entry by its keys, or write the whole list under the container above it.`
          : 'Take the container above it, and set this leaf in config.',
      pointer: '/path',
    },
  ];
}

/** A leaf that the short form and the config both set. */
const doubled = ({ config = {}, zone }: Spec): readonly Finding[] =>
  Object.keys(zone ? config : {}).flatMap((name) => {
    const member = zoneMember(name.slice(name.indexOf(':') + 1));
    if (member === undefined) return [];
    return [
      {
        code: 'CONFIG_TWICE',
        summary: `${name} is set by config and by zone.${member}`,
        detail: `zone is short for setpoint, highpoint and lowpoint, so ${name} would have two values.`,
        hint: 'Leave one of them out.',
        pointer: `/config/${name}`,
      },
    ];
  });

/** All Configs of a target in one tree: a rule over leaves that stand in two manifests is judged as well. */
function together(schema: Schema, all: readonly { readonly id: string; readonly spec: Spec }[]): readonly Finding[] {
  const draft = createDraft({});
  const setters: { readonly id: string; readonly spec: Spec }[] = [];
  for (const one of all) {
    const placed = tried(schema, one.spec);
    // What is wrong alone is told alone.
    if (!placed || placed.problems.length > 0) continue;
    for (const { path, value } of ownLeaves(placed)) draft[path.steps.at(-1)?.keys ? 'merge' : 'set'](path, value);
    setters.push(one);
  }
  const tree: Fields = draft.finish();
  const { problems } = schema.validate(tree, { content: 'partial', unknown: isMark });
  return judgements(schema, { problems, tree, setters });
}
