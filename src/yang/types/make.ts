import type { Value } from '../../core/value.ts';
import type { SchemaNode } from '../schema.ts';
import { binaryType, stringType } from './text.ts';
import { bitsType, booleanType, emptyType, enumerationType, identityType } from './names.ts';
import { numberType } from './number.ts';
import type { Spec } from './spec.ts';
import { kindOf, Refusal, type Prefixes, type Type, type Writing } from './type.ts';

/** A leafref whose target is found when all nodes exist. */
export interface LeafrefType extends Type {
  readonly base: 'leafref';
  readonly path: string;
  link(target: SchemaNode & { readonly type: Type }): void;
}

export interface MakeOptions {
  /** The module of the leaf: what an identity without a prefix means. */
  readonly module: string;
  /** Called for every leafref in the type, unions included. */
  readonly onLeafref: (type: LeafrefType, spec: Extract<Spec, { kind: 'leafref' }>) => void;
  /** Canonical form of an instance-identifier, or why it is none. */
  readonly readInstance: (text: string, writing: Writing, prefixes: Prefixes | undefined) => string | Refusal;
}

/** Turns a spec into the type of one leaf. */
export function makeType(spec: Spec, options: MakeOptions): Type {
  switch (spec.kind) {
    case 'number':
      return numberType(spec);
    case 'string':
      return stringType(spec);
    case 'binary':
      return binaryType(spec);
    case 'boolean':
      return booleanType(spec);
    case 'empty':
      return emptyType(spec);
    case 'enumeration':
      return enumerationType(spec);
    case 'bits':
      return bitsType(spec);
    case 'identityref':
      return identityType({ ...spec, module: options.module });
    case 'leafref': {
      const type = leafrefType(spec);
      options.onLeafref(type, spec);
      return type;
    }
    case 'instance-identifier':
      return instanceType(spec, options);
    case 'union':
      return unionType(
        spec,
        spec.members.map((member) => makeType(member, options)),
      );
  }
}

/** Lexically a leafref is its target (RFC 7950 section 9.9): it reads as the target's type once that is linked. */
function leafrefType(spec: Extract<Spec, { kind: 'leafref' }>): LeafrefType {
  let target: (SchemaNode & { readonly type: Type }) | undefined;
  const path = spec.path.argument ?? '';
  return {
    base: 'leafref',
    name: spec.name,
    path,
    required: spec.required,
    statement: spec.statement,
    get allowed() {
      return `a value of ${target?.path ?? path}${target ? ` (${target.type.allowed})` : ''}`;
    },
    get target() {
      return target as SchemaNode;
    },
    get kinds() {
      return target?.type.kinds ?? [];
    },
    read(value, writing, prefixes) {
      if (!target) throw new Error(`leafref ${path} was never linked`);
      return target.type.read(value, writing, prefixes);
    },
    link(found) {
      target = found;
    },
  };
}

function instanceType(spec: Extract<Spec, { kind: 'instance-identifier' }>, options: MakeOptions): Type {
  const type: Type = {
    base: 'instance-identifier',
    name: spec.name,
    required: spec.required,
    statement: spec.statement,
    allowed: "a path such as /module:list[key='x']/leaf",
    get kinds() {
      return [type];
    },
    read(value, writing, prefixes) {
      if (typeof value !== 'string') return new Refusal('YANG_TYPE', `${kindOf(value)} is no instance-identifier`);
      return options.readInstance(value, writing, prefixes);
    },
  };
  return type;
}

/**
 * The first member that takes the value wins (RFC 7950 section 9.12). A YAML scalar is tried first as the kind of value that it is,
 * so that 5 is a number where a number may stand, and only then by its text.
 */
function unionType(spec: Spec, members: readonly Type[]): Type {
  const attempt = (value: Value, writing: Writing, prefixes?: Prefixes): Value | Refusal => {
    const refusals: Refusal[] = [];
    for (const member of members) {
      const read = member.read(value, writing, prefixes);
      if (!(read instanceof Refusal)) return read;
      refusals.push(read);
    }
    // One member alone can say better what is wrong, module's words included.
    if (refusals.length === 1) return refusals[0] as Refusal;
    return new Refusal('YANG_TYPE', `the value fits no member of the union: ${refusals.map((one) => one.message).join('; ')}`);
  };
  return {
    base: 'union',
    name: spec.name,
    statement: spec.statement,
    members,
    get allowed() {
      return members.map((one) => one.allowed).join(', or ');
    },
    get kinds() {
      return members.flatMap((one) => one.kinds);
    },
    read(value, writing, prefixes) {
      if (writing === 'yaml') {
        const strict = attempt(value, 'json', prefixes);
        if (!(strict instanceof Refusal)) return strict;
      }
      return attempt(value, writing, prefixes);
    },
  };
}
