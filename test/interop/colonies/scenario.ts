import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../kit/binary.ts';
import { openPython, py } from '../kit/python.ts';
import { SAMPLE } from './keys.ts';
import { masker } from './masked.ts';
import { openRecorder } from './recorder.ts';

/** A piece of one of the files of scenario/*.py: what stands between two lines `# === name`. */
export interface Step {
  readonly name: string;
  readonly code: string;
  /** Whether every answer of the server is compared too; not where several clients race, or something is asked until it holds. */
  readonly wired: boolean;
}

/** What came of a step: what the client made of it, and what the server had answered, both without what differs from run to run. */
export interface Played {
  readonly name: string;
  readonly gave: unknown;
  readonly wire: unknown;
}

export interface Players {
  /** A Python with pycolonies. */
  readonly python: string;
  /** The command line of Colonies. */
  readonly program: string;
}

const FOLDER = join(root, 'test/interop/colonies/scenario');
const OPENING = '0-opening.py';
const HEAD = /^# === (.*?)( \[unwired\])?$/;
const KNOWN = { [SAMPLE.serverId]: '<server>', [SAMPLE.colonyId]: '<colony>', [SAMPLE.userId]: '<user>' };
const MOST_SECONDS = 90;

/** The steps in their order: later ones build on earlier ones. */
export function readScenario(): readonly Step[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.py') && file !== OPENING)
    .sort()
    .flatMap((file) => {
      const part = file.replace(/^\d+-|\.py$/g, '');
      const steps: { name: string; wired: boolean; lines: string[] }[] = [];
      for (const line of readFileSync(join(FOLDER, file), 'utf8').split('\n')) {
        const [, name, unwired] = HEAD.exec(line) ?? [];
        if (name !== undefined) steps.push({ name: `${part}: ${name}`, wired: unwired === undefined, lines: [] });
        else steps.at(-1)?.lines.push(line);
      }
      return steps.map(({ name, wired, lines }) => ({ name, wired, code: lines.join('\n') }));
    });
}

/** Plays the scenario against a server, with the real clients. */
export async function playScenario(
  server: { readonly host: string; readonly port: number },
  { python: interpreter, program, folder }: Players & { readonly folder: string },
): Promise<readonly Played[]> {
  mkdirSync(folder, { recursive: true });
  const recorder = await openRecorder(server);
  const python = openPython(interpreter);
  const played: Played[] = [];
  try {
    const given = {
      ...{ host: recorder.host, port: recorder.port, program, folder },
      ...{ server_key: SAMPLE.serverKey, colony_key: SAMPLE.colonyKey, user_key: SAMPLE.userKey },
    };
    const names = Object.entries(given).map(([name, value]) => `${name} = ${py(value)}`);
    await python.value([...names, readFileSync(join(FOLDER, OPENING), 'utf8')].join('\n'));
    for (const { name, code, wired } of readScenario()) {
      const gave = await python.run(code, MOST_SECONDS);
      const mask = masker({ ...KNOWN });
      const wire = recorder.take();
      played.push({ name, gave: mask(gave), wire: wired ? mask(wire) : undefined });
    }
    return played;
  } finally {
    await python.close();
    await recorder.close();
  }
}
