import { join } from 'node:path';
import { root } from '../../kit/binary.ts';
import type { Jars } from './jars.ts';
import type { Page } from './page.ts';

/** What the page's code takes for granted. */
export interface Given extends Jars {
  readonly address: string;
  readonly serviceKey: string;
  readonly fingerprint: string;
  /** Files may be read and written here. */
  readonly folder: string;
}

const IMPORT = /^import .*;$/gm;

/**
 * Our side of the page as one module. Its `play` goes from top to bottom and gives what differs from the page; it throws, with the
 * line of the page, where something goes wrong.
 */
export function ourProgram({ opening, steps }: Page, given: Given): string {
  const client = join(root, 'src/providers/cresco/client/index.ts');
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
  return `${[...imports].join('\n').replaceAll("'setpoint/cresco'", quoted(client))}
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
    throw new Error(\`docs/from-pycrescolib.md:\${line}: \${String(error)}\`, { cause: error });
  }
  return differences;
}
`;
}

/** A path, as the loader and the compiler both take it; the folder of a checkout may have any name. */
const quoted = (path: string): string => JSON.stringify(path.replaceAll('\\', '/'));
