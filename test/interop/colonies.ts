import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../kit/binary.ts';
import { assert } from '../kit/group.ts';
import { playAppliers } from './colonies/appliers.ts';
import { playBadDays } from './colonies/bad-days.ts';
import { playClocks } from './colonies/clocks.ts';
import { playCluster } from './colonies/cluster.ts';
import { differing } from './colonies/differing.ts';
import { playFiles } from './colonies/files.ts';
import { FUNCTIONS } from './colonies/functions.ts';
import { gatewayProgram } from './colonies/gateway.ts';
import { playHello } from './colonies/hello.ts';
import { playKilled } from './colonies/killed.ts';
import { ourSandbox, SANDBOX } from './colonies/our-sandbox.ts';
import { playOurClient } from './colonies/our-client.ts';
import { readPage, verbsOf } from './colonies/page.ts';
import { playOurs, playTheirs } from './colonies/play-page.ts';
import { playPoorLine } from './colonies/poor-line.ts';
import { measure } from './colonies/rates.ts';
import { playScenario, readScenario, type Played } from './colonies/scenario.ts';
import { coloniesProgram, COLONIES, onReal, type Real } from './colonies/server.ts';
import { playSettings } from './colonies/settings.ts';
import { playStory } from './colonies/story.ts';
import { verbsOfProgram } from './colonies/verbs.ts';
import { inScratch } from './kit/debts.ts';
import { pythonWith, run } from './kit/programs.ts';
import { onSandbox } from './kit/sandbox.ts';
import { outcomesOf, type Check, type Outcome, type Stage } from './kit/stage.ts';

/** With all that it needs, exactly. */
const REQUIREMENTS = [
  ...['pycolonies==1.0.25', 'annotated-types==0.8.0', 'boto3==1.44.5', 'botocore==1.44.5', 'certifi==2026.10.18'],
  ...['charset-normalizer==3.5.2', 'idna==3.20', 'jmespath==1.1.0', 'pydantic==2.14.3', 'pydantic_core==2.50.4'],
  ...['python-dateutil==2.9.0.post0', 'requests==2.34.2', 's3transfer==0.19.3', 'six==1.17.0', 'typing-inspection==0.4.5'],
  ...['typing_extensions==4.16.0', 'urllib3==2.8.0', 'websocket-client==1.9.2'],
];
/** Of the differences of a part: when a server dies, all that follows is one. */
const MOST_TOLD = 12;
/** What the real clients throw where a server refuses something, or where they cannot read what it says. */
const REFUSALS = ['ColoniesConnectionError', 'WebSocketConnectionClosedException', 'ValidationError', 'TypeError'];

/** The real server, and the real clients: ours beside theirs on it, theirs on our sandbox, and the same answers from both. */
export const stage: Stage = {
  name: 'colonies',
  summary: `Colonies ${COLONIES.version} on PostgreSQL, its command line and pycolonies 1.0.25: our side on the server, theirs on setpoint sandbox`,
  async run(check) {
    const program = coloniesProgram();
    gatewayProgram(); // now, because building holds up whatever is played meanwhile
    const python = pythonWith(join(root, 'node_modules/.cache/interop/pycolonies-1.0.25'), REQUIREMENTS);
    await check('docs/from-colonies.md names every verb of the command', () => {
      const verbs = verbsOfProgram(program);
      assert.equal([...verbsOf(readPage())].sort(), [...verbs].sort());
      assert.ok(verbs.length > 100);
    });
    await check('docs/from-colonies.md names every function of pycolonies', () => {
      const { out, err } = run(python, ['-c', LISTED]);
      assert.equal(out.trim().split(/\s+/), [...FUNCTIONS].sort(), err);
    });

    await onReal(program, async (real) => {
      await inScratch((folder) =>
        onSandbox(ourSandbox, check, async (sandbox) => {
          // The two servers know nothing of each other: at once, for time. What came of it is told one after the other.
          const [theirs, ours] = await Promise.all([
            // The story is played where times that are not set are odd ones: no plan may take them for a change.
            playOn(
              { ...real, name: 'the server', move: () => real.restart({ timezone: 'Europe/Stockholm' }) },
              { python, program, folder: join(folder, 'server') },
            ),
            playOn({ ...sandbox.target(SANDBOX), name: 'the sandbox' }, { python, program, folder: join(folder, 'sandbox') }),
          ]);
          await compare(theirs.played, ours.played, check);
          for (const { name, act } of [...theirs.outcomes, ...ours.outcomes]) await check(name, act);
        }),
      );
      await alone(real, program, check);
    });
  },
};

interface On {
  readonly played: readonly Played[];
  readonly outcomes: readonly Outcome[];
}

/** What both servers are put to. Each part leaves a server without colonies. */
async function playOn(
  at: { readonly host: string; readonly port: number; readonly name: string; readonly move?: () => Promise<void> },
  { python, program, folder }: { readonly python: string; readonly program: string; readonly folder: string },
): Promise<On> {
  mkdirSync(folder, { recursive: true });
  const played = await playScenario(at, { python, program, folder });
  const outcomes = await outcomesOf(async (check) => {
    await playOurClient(at, (name, body) => check(`${at.name}: ${name}`, body));
    await playTheirs(python, at, check);
    await playOurs(at, check);
    await playHello(at, program, check);
    await playFiles(at, { python, program }, check);
    await at.move?.();
    await playStory(at, program, check);
  });
  return { played, outcomes };
}

/** What only the real server is put to. */
async function alone(real: Real, program: string, check: Check): Promise<void> {
  await playBadDays(real, check);
  // At once, for time: those that restart the server have one of their own, the others a colony each.
  const lanes: readonly ((recorded: Check) => Promise<void>)[] = [
    (recorded) => onReal(program, (own) => playSettings(own, program, recorded)),
    (recorded) => onReal(program, (own) => playKilled(own, program, recorded)),
    (recorded) => playCluster(program, recorded),
    async (recorded) => {
      for (const play of [playAppliers, playClocks, playPoorLine]) await play(real, program, recorded);
    },
  ];
  const played = await Promise.all(lanes.map(outcomesOf));
  for (const { name, act } of played.flat()) await check(name, act);
  const { reads, readsAtOnce, submissions, processes } = await measure(real);
  const told = `${reads} getcolonymsg a second, ${readsAtOnce} at eight at once; ${submissions} processes submitted, ${processes} assigned and closed`;
  await check(`${program.split('/').at(-1) ?? ''} ${COLONIES.version} serves ${told}`, () => assert.ok(reads > 0 && processes > 0));
}

/** Part by part: every answer, and what the clients made of it. */
async function compare(theirs: readonly Played[], ours: readonly Played[], check: Check): Promise<void> {
  const partOf = ({ name }: { readonly name: string }): string => name.split(':')[0] ?? '';
  const all = readScenario();
  for (const part of new Set(all.map(partOf))) {
    const steps = all.filter((step) => partOf(step) === part);
    await check(`the same from both: ${part}, ${steps.length} steps of pycolonies and colonies`, () => {
      const differences = steps.flatMap(({ name }) => {
        const [one, other] = [theirs, ours].map((played) => played.find((step) => step.name === name));
        if (one === undefined || other === undefined) return [`${name} was not played`];
        const { raised, said } = one.gave as { readonly raised?: string; readonly said?: string };
        if (raised !== undefined && !REFUSALS.includes(raised)) return [`${name}: ${raised}: ${said ?? ''}`];
        return (['gave', 'wire'] as const).flatMap((side) => {
          const difference = differing(one[side], other[side], side === 'wire' ? 'the answer' : 'what came of it');
          return difference === undefined ? [] : [`${name}: ${difference}`];
        });
      });
      assert.ok(differences.length === 0, differences.slice(0, MOST_TOLD).join('\n'));
    });
  }
}

const LISTED = `
import inspect
import pycolonies
methods = [name for name, _ in inspect.getmembers(pycolonies.Colonies, inspect.isfunction) if not name.startswith('_')]
print(*sorted([*methods, 'colonies_client', 'func_spec']))
assert callable(pycolonies.colonies_client) and callable(pycolonies.func_spec)
`;
