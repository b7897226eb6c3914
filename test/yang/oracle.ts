import { createRequire } from 'node:module';
import type { Statement } from '../../src/yang/parse.ts';

interface Oracle {
  readonly prf: string | null | false;
  readonly kw: string;
  readonly arg: string | false;
  readonly substmts: readonly Oracle[];
}
const oracle = createRequire(import.meta.url)('yang-parser') as { parse(text: string): Oracle };

const plainOracle = (s: Oracle): unknown => [`${s.prf ? `${s.prf}:` : ''}${s.kw}`, s.arg, s.substmts.map(plainOracle)];

/**
 * What the parser of another project reads, to be compared with `plain` of what ours does. It knows nothing of positions; two readers that
 * agree are probably right.
 */
export const readElsewhere = (text: string): unknown => plainOracle(oracle.parse(text));

export const plain = (s: Statement): unknown => [s.keyword, s.argument ?? false, s.children.map(plain)];
