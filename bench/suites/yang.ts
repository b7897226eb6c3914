import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../../src/core/value.ts';
import { yangModule } from '../built.ts';
import { median, peak, timed } from '../stopwatch.ts';
import type { Suite } from '../suite.ts';

const MODULE = `module plant {
  yang-version 1.1;
  namespace "urn:setpoint:bench:plant";
  prefix p;
  container plant {
    list sensor {
      key "name";
      leaf name { type string { length "1..64"; pattern "[a-z0-9-]+"; } }
      leaf channel { type uint16 { range "0..1023"; } mandatory true; }
      leaf unit { type enumeration { enum celsius; enum percent; enum bar; } default celsius; }
      leaf low { type decimal64 { fraction-digits 2; } }
      leaf high { type decimal64 { fraction-digits 2; } must ". > ../low"; }
      leaf upstream { type leafref { path "../../sensor/name"; } }
    }
  }
}
`;

/** Validating one long list with a rule and a reference in every entry: by us, by libyang, and what reading its JSON alone takes. */
export const yangSuite: Suite = {
  name: 'yang',
  title: 'validating a YANG list',
  note: 'Each entry has a key with a pattern, a range, an enumeration, two decimals with a must between them, and a leafref. libyang: whole process of yanglint, less that of an empty list.',
  growth: ['wall ms'],
  jobs: (sizes) =>
    sizes.flatMap((size) => [
      { name: 'setpoint/yang', size },
      { name: 'JSON.parse', size },
      ...(size >= 1000 && hasLint() ? [{ name: 'libyang', size }] : []),
    ]),
  async measure({ name, size }, folder) {
    const text = JSON.stringify({ 'plant:plant': { sensor: Array.from({ length: size }, (_, n) => entry(n)) } });
    if (name === 'libyang') return lint(text, folder);
    if (name === 'JSON.parse') {
      const { spent } = await timed(() => JSON.parse(text) as unknown);
      return { 'cpu ms': spent.cpu, 'wall ms': spent.wall, 'peak MiB': peak() };
    }
    const { compile } = await yangModule();
    const { schema } = compile({ modules: [{ file: 'plant.yang', text: MODULE }] });
    const instance = JSON.parse(text) as Value;
    const { result, spent } = await timed(() => schema?.validate(instance, { content: 'config' }));
    if (result?.problems.length !== 0) throw new Error(`a right instance has problems: ${result?.problems[0]?.message ?? 'no schema'}`);
    return { 'cpu ms': spent.cpu, 'wall ms': spent.wall, 'peak MiB': peak() };
  },
};

const entry = (n: number) => ({
  name: `sensor-${n}`,
  channel: n % 1024,
  unit: 'celsius',
  low: '4.50',
  high: '18.75',
  ...(n > 0 ? { upstream: `sensor-${n - 1}` } : {}),
});

const hasLint = (): boolean => spawnSync('yanglint', ['--version']).status === 0;

async function lint(text: string, folder: string) {
  writeFileSync(join(folder, 'plant.yang'), MODULE);
  writeFileSync(join(folder, 'data.json'), text);
  writeFileSync(join(folder, 'empty.json'), '{}');
  const once = async (file: string): Promise<number> => {
    const { result, spent } = await timed(() =>
      spawnSync('yanglint', ['-f', 'json', '-t', 'config', '-o', '/dev/null', 'plant.yang', file], { cwd: folder }),
    );
    if (result.status !== 0) throw new Error(`yanglint: ${result.stderr.toString()}`);
    return spent.wall;
  };
  const walls: number[] = [];
  for (let i = 0; i < 3; i += 1) walls.push((await once('data.json')) - (await once('empty.json')));
  return { 'wall ms': median(walls) };
}
