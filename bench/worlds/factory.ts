import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields } from '../../src/core/value.ts';
import { readModule } from '../built.ts';

/** What the manifests say beside what is recorded and live: nothing else, or every hundredth sensor at another limit. */
export type Written = 'as recorded' | '1 % edited';

export const TARGET = 'plant';
const DOCUMENTS_A_FILE = 100;
const SENSORS_A_LINE = 9;

export interface Thing {
  readonly kind: 'Line' | 'Sensor';
  readonly name: string;
  readonly spec: Fields;
}

const numbered = (word: string, n: number): string => `${word}-${String(n).padStart(6, '0')}`;

/** The n-th object of a factory: a line, then its nine sensors, each of which refers to the line. Counted from 0. */
export function thing(n: number, written: Written = 'as recorded'): Thing {
  const line = n - (n % (SENSORS_A_LINE + 1));
  if (n === line) return { kind: 'Line', name: numbered('line', n), spec: { label: `bottling ${n}`, floor: n % 7 } };
  const edited = written === '1 % edited' && n % 100 === 1;
  return {
    kind: 'Sensor',
    name: numbered('sensor', n),
    spec: {
      line: numbered('line', line),
      channel: n % 64,
      unit: '°C',
      limits: { low: 4.5, high: edited ? 21.5 : 18.75 },
      tags: ['cellar', 'cold'],
    },
  };
}

/** The inverse of `thing(n).name`. */
export const numberOf = (name: string): number => Number(name.slice(name.indexOf('-') + 1));

/** One manifest of a sensor is 13 lines, one of a line is 8: what people write, with quotes and comments here and there. */
function manifest({ kind, name, spec }: Thing): string {
  const head = `apiVersion: bench/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
  if (kind === 'Line')
    return `${head}  labels: { area: cellar }\nspec:\n  label: "${spec.label as string}"\n  floor: ${spec.floor as number}\n`;
  const { low, high } = spec.limits as { low: number; high: number };
  return `${head}spec:\n  line: ${spec.line as string}   # the line that it stands at\n  channel: ${spec.channel as number}\n  unit: °C\n  limits:\n    low: ${low.toFixed(2)}\n    high: ${high}\n  tags: [cellar, cold]\n`;
}

/** The text of one file of manifests. */
export function manifests(from: number, to: number, written: Written = 'as recorded'): string {
  const texts: string[] = [];
  for (let n = from; n < to; n += 1) texts.push(manifest(thing(n, written)));
  return texts.join('---\n');
}

/** Writes a project of so many resources on one in-process target, a hundred in a file. */
export function writeFactory(folder: string, size: number, written: Written = 'as recorded'): void {
  const inside = join(folder, 'manifests');
  mkdirSync(inside, { recursive: true });
  const setting = `apiVersion: setpoint/v1\nkind: Project\nmetadata:\n  name: factory\nspec:\n  manifests: manifests\n  state: { folder: .setpoint/state }\n`;
  const target = `apiVersion: setpoint/v1\nkind: Target\nmetadata:\n  name: ${TARGET}\nspec:\n  provider: bench\n  address: "memory:"\n  limits: { parallel: 64 }\n`;
  writeFileSync(join(folder, 'setpoint.yaml'), setting);
  writeFileSync(join(inside, 'target.yaml'), target);
  for (let from = 0; from < size; from += DOCUMENTS_A_FILE) {
    const file = `part-${String(from / DOCUMENTS_A_FILE).padStart(5, '0')}.yaml`;
    writeFileSync(join(inside, file), manifests(from, Math.min(size, from + DOCUMENTS_A_FILE), written));
  }
}

/** Hop 1 alone over a factory's files: how many documents there are. */
export async function readManifests(folder: string): Promise<number> {
  const { readPages } = await readModule();
  let pages = 0;
  for (const file of readdirSync(join(folder, 'manifests'))) {
    pages += readPages({ file, text: readFileSync(join(folder, 'manifests', file)) }).pages.length;
  }
  return pages;
}
