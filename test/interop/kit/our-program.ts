import { join } from 'node:path';
import { root } from '../../kit/binary.ts';
import type { Page } from './page.ts';

/** The package that a page's code imports, and the file that is it here. */
export interface Client {
  readonly name: string;
  readonly file: string;
}

const IMPORT = /^import .*;$/gm;

/**
 * Our side of the page as one module. `given` is what its code takes for granted. Its `play` goes from top to bottom and gives what differs from the page; it throws, with the
 * line of the page, where something goes wrong.
 */
export function ourProgram({ path, opening, steps }: Page, client: Client, given: Readonly<Record<string, string>>): string {
  const all = [opening.ours, ...steps.map(({ ours }) => ours)];
  const imports = new Set(all.flatMap((code) => code.match(IMPORT) ?? []));
  const body = steps.map((step) => {
    if (step.type === 'row') {
      const name = /^const (\w+) = /.exec(step.ours)?.[1];
      const first = name === undefined ? '' : `${step.ours};\n`;
      return `line = ${step.line};\n${first}same(${name ?? `(${step.ours})`}, (${step.gives}));`;
    }
    return `line = ${step.line};
printed = [];
{
${step.ours.replaceAll(IMPORT, '')}
}
same(printed.join('\\n'), ${JSON.stringify(step.prints)});`;
  });
  return `${[...imports].join('\n').replaceAll(`'${client.name}'`, quoted(join(root, client.file)))}
import { above, anything, like, unlike } from ${quoted(join(root, 'test/interop/kit/unlike.ts'))};

${Object.entries(given)
  .map(([name, value]) => `const ${name}: string = ${JSON.stringify(value)};`)
  .join('\n')}
let line = 0;
let printed: string[] = [];
const console = { log: (...words: readonly unknown[]) => void printed.push(words.join(' ')) };

export async function play(): Promise<readonly string[]> {
  const differences: string[] = [];
  const same = (value: unknown, wanted: unknown): void => {
    const difference = unlike(value, wanted);
    if (difference !== undefined) differences.push(\`line \${line}: \${difference}\`);
  };
  try {
${opening.ours.replaceAll(IMPORT, '')}
${body.join('\n')}
  } catch (error) {
    throw new Error(\`${path}:\${line}: \${String(error)}\`, { cause: error });
  }
  return differences;
}
`;
}

/** A path, as the loader and the compiler both take it; the folder of a checkout may have any name. */
const quoted = (path: string): string => JSON.stringify(path.replaceAll('\\', '/'));
