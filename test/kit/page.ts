import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyExample, root, steady } from './binary.ts';
import { mortal } from './children.ts';

/** One fenced block of a page, with the lines around it. */
interface Block {
  readonly info: string;
  readonly lines: readonly string[];
  /** Index of its first line of content in the page. */
  readonly at: number;
}

/**
 * Runs a documentation page from top to bottom in a folder and gives it back with every output as it really was:
 *
 * - ```` ```yaml manifests/zone.yaml ```` writes that file; where a page has such a block of JavaScript or TypeScript, the package
 *   can be imported by its name;
 * - ```` ```console ```` runs its `$ ` lines in a shell where `setpoint` is the built binary; what follows each is its output;
 * - `<!-- example: quickstart -->` starts from a copy of that example;
 * - blocks of any other kind are left alone.
 *
 * What differs from run to run is kept as the page has it, where it differs in nothing else.
 */
export async function playPage(text: string, folder: string): Promise<string> {
  const example = /^<!-- example: ([\w-]+) -->$/m.exec(text)?.[1];
  if (example) copyExample(example, folder);
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, '.gitignore'), '*\n'); // its text differs from run to run, and a page may commit everything
  writeFileSync(join(bin, 'setpoint'), `#!/bin/sh\nexec ${process.execPath} ${join(root, 'dist/cli/main.js')} "$@"\n`);
  chmodSync(join(bin, 'setpoint'), 0o755);
  if (/^`{3,}[jt]s \S/m.test(text)) {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/setpoint'), 'dir');
  }
  const lines = text.split('\n');
  const out: string[] = [];
  let next = 0;
  for (const block of blocksOf(lines)) {
    out.push(...lines.slice(next, block.at));
    const [language, file] = block.info.split(/\s+/);
    if (language === 'console') out.push(...(await playSession(block.lines, { folder, bin })));
    else {
      if (file) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), `${block.lines.join('\n')}\n`);
      }
      out.push(...block.lines);
    }
    next = block.at + block.lines.length;
  }
  return [...out, ...lines.slice(next)].join('\n');
}

function* blocksOf(lines: readonly string[]): Generator<Block> {
  for (let i = 0; i < lines.length; i += 1) {
    const fence = /^(`{3,})(.*)$/.exec(lines[i] ?? '');
    if (!fence) continue;
    const end = lines.indexOf(fence[1] as string, i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: the block is never closed`);
    yield { info: fence[2] ?? '', lines: lines.slice(i + 1, end), at: i + 1 };
    i = end;
  }
}

async function playSession(
  lines: readonly string[],
  around: { readonly folder: string; readonly bin: string },
): Promise<readonly string[]> {
  const out: string[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i] ?? '';
    if (!line.startsWith('$ ')) throw new Error(`a session begins with a "$ " line, not with "${line}"`);
    let end = i + 1;
    while (end < lines.length && !(lines[end] ?? '').startsWith('$ ')) end += 1;
    const written = lines
      .slice(i + 1, end)
      .join('\n')
      .trimEnd();
    const printed = (await shell(line.slice(2), around)).trimEnd();
    const same = steady(printed, around.folder) === steady(written, around.folder);
    out.push(
      line,
      ...(same ? lines.slice(i + 1, end) : [...(printed === '' ? [] : printed.split('\n')), ...(end < lines.length ? [''] : [])]),
    );
    i = end;
  }
  return out;
}

function shell(command: string, { folder, bin }: { readonly folder: string; readonly bin: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const identity = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
    };
    const child = mortal(
      spawn('sh', ['-c', `exec 2>&1\n${command}`], {
        detached: true,
        cwd: folder,
        env: { ...identity, PATH: `${bin}:${process.env.PATH}`, HOME: folder, LC_ALL: 'C', USER: 'ada' },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
      { family: true },
    );
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.on('error', reject);
    child.on('close', () => resolve(out));
  });
}
