import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Faults, type Diagnostic } from '../core/diagnostic.ts';

export type Environ = Readonly<Record<string, string | undefined>>;

const FILE = '.env';
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/** The environment with what the project's `.env` adds: variables that are set already stay as they are. Throws Faults. */
export function withDotenv(env: Environ, dir: string): Environ {
  let text: string;
  try {
    text = readFileSync(join(dir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw error;
  }
  return { ...parseDotenv(text), ...env };
}

/**
 * `NAME=value` lines. Unquoted values end before ` #` and lose white space around them; single quotes keep everything as it is;
 * double quotes know \n \r \t \" \\ \$. Quoted values may go over several lines. Nothing is substituted. The last of two wins.
 * Throws Faults ENV_SYNTAX, which say where and never what.
 */
export function parseDotenv(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  const wrong: Diagnostic[] = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (/^[ \t]*(#.*)?$/.test(line)) continue;
    const match = ASSIGNMENT.exec(line);
    if (match === null) {
      wrong.push(syntax(i, 1, 'this line is no NAME=value'));
      continue;
    }
    const [head, name = ''] = match;
    const rest = line.slice(head.length);
    const quote = rest[0];
    if (quote !== '"' && quote !== "'") {
      values[name] = rest.replace(/(^|[ \t]+)#.*$/, '').trim();
      continue;
    }
    const begun = i;
    let body = rest.slice(1);
    let end = closing(body, quote);
    while (end < 0 && i + 1 < lines.length) {
      i += 1;
      body += `\n${lines[i] ?? ''}`;
      end = closing(body, quote);
    }
    if (end < 0) {
      wrong.push(syntax(begun, head.length + 1, 'this quote is never closed'));
      break;
    }
    if (!/^[ \t]*(#.*)?$/.test(body.slice(end + 1))) wrong.push(syntax(i, 1, 'something stands behind the closing quote'));
    const inside = body.slice(0, end);
    values[name] = quote === "'" ? inside : inside.replace(/\\(["\\nrt$])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  }
  if (wrong.length > 0) throw new Faults(wrong);
  return values;
}

/** Where a quoted text ends, or -1; a backslash hides a double quote. */
function closing(body: string, quote: string): number {
  if (quote === "'") return body.indexOf("'");
  for (let i = 0; i < body.length; i += 1) {
    if (body[i] === '\\') i += 1;
    else if (body[i] === '"') return i;
  }
  return -1;
}

const syntax = (index: number, col: number, summary: string): Diagnostic => ({
  code: 'ENV_SYNTAX',
  severity: 'error',
  summary,
  detail: 'The file was not used. Its lines are not shown: they may hold secrets.',
  at: { file: FILE, line: index + 1, col },
});
