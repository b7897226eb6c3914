import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KitchenSize {
  readonly executors: number;
  readonly functions: number;
}

const DOCUMENTS_A_FILE = 100;

/** Writes a project of one colony with so many executors, and functions that are spread over them. */
export function writeKitchen(folder: string, { executors, functions }: KitchenSize): void {
  mkdirSync(join(folder, 'manifests'), { recursive: true });
  // JSON is YAML.
  const write = (name: string, documents: readonly object[]): void =>
    writeFileSync(join(folder, name), documents.map((document) => `${JSON.stringify(document)}\n`).join('---\n'));
  write('setpoint.yaml', [
    {
      apiVersion: 'setpoint/v1',
      kind: 'Project',
      metadata: { name: 'kitchen' },
      spec: { manifests: 'manifests', state: { folder: '.setpoint/state' } },
    },
  ]);
  write('manifests/target.yaml', [
    {
      apiVersion: 'setpoint/v1',
      kind: 'Target',
      metadata: { name: 'plant' },
      spec: { provider: 'colonies', address: 'http://localhost:50080', limits: { parallel: 16 }, options: { colony: 'kitchen' } },
    },
  ]);
  const executor = (n: number): object => ({
    apiVersion: 'colonies/v1',
    kind: 'Executor',
    metadata: { name: `cooker-${n}` },
    spec: { executortype: 'cooker', key: { generate: 'secp256k1', keep: { file: `.setpoint/keys/cooker-${n}.key` } } },
  });
  const one = (n: number): object => ({
    apiVersion: 'colonies/v1',
    kind: 'Function',
    metadata: { name: `recipe-${n}` },
    spec: { executor: `cooker-${n % executors}`, description: `dish number ${n}` },
  });
  for (const [name, make, count] of [
    ['executors', executor, executors],
    ['functions', one, functions],
  ] as const) {
    for (let from = 0; from < count; from += DOCUMENTS_A_FILE) {
      const many = Math.min(DOCUMENTS_A_FILE, count - from);
      write(
        `manifests/${name}-${from}.yaml`,
        Array.from({ length: many }, (_, n) => make(from + n)),
      );
    }
  }
}
