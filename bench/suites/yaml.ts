import { parseAllDocuments } from 'yaml';
import { readModule } from '../built.ts';
import { peak, timed } from '../stopwatch.ts';
import type { Suite } from '../suite.ts';
import { manifests, thing } from '../worlds/factory.ts';

const DOCUMENTS_A_FILE = 100;

/** The reading of manifests beside what else could read them, and beside JSON that says the same. */
export const yamlSuite: Suite = {
  name: 'yaml',
  title: 'reading YAML',
  growth: ['cpu ms'],
  jobs: (sizes) =>
    sizes.flatMap((size) => [
      { name: 'readPages', size },
      ...(size <= 10_000 ? [{ name: 'yaml package', size }] : []),
      { name: 'JSON.parse', size },
    ]),
  async measure({ name, size }) {
    const { readPages } = await readModule();
    const texts: string[] = [];
    for (let from = 0; from < size; from += DOCUMENTS_A_FILE) {
      const to = Math.min(size, from + DOCUMENTS_A_FILE);
      texts.push(name === 'JSON.parse' ? json(from, to) : manifests(from, to));
    }
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    const read = (text: string): readonly unknown[] => {
      if (name === 'JSON.parse') return JSON.parse(text) as readonly unknown[];
      if (name === 'readPages') return readPages({ file: 'bench.yaml', text }).pages;
      return parseAllDocuments(text).map((document) => ('toJS' in document ? (document.toJS() as unknown) : document));
    };
    const { result, spent } = await timed(() => texts.map(read));
    const documents = result.reduce((sum, one) => sum + one.length, 0);
    if (documents !== size) throw new Error(`${documents} of ${size} documents were read`);
    return { 'cpu ms': spent.cpu, 'wall ms': spent.wall, 'MB/cpu s': bytes / 1000 / spent.cpu, 'peak MiB': peak() };
  },
};

const json = (from: number, to: number): string =>
  JSON.stringify(
    Array.from({ length: to - from }, (_, i) => {
      const { kind, name, spec } = thing(from + i);
      return { apiVersion: 'bench/v1', kind, metadata: { name }, spec };
    }),
  );
