import { Fault, Faults } from '../core/diagnostic.ts';
import type { Check } from '../providers/checks.ts';
import { callOf } from '../reconcile/opened.ts';
import type { Desired, Engine } from './engine.ts';
import { examineWay } from './examine-way.ts';
import type { Surroundings } from './surroundings.ts';

const OLDEST_NODE = [20, 19] as const;

/** Looks at the machine, the project, its state and its targets. Writes nothing; never throws for an expected failure. */
export async function* examine(open: () => Promise<Engine>, surroundings: Surroundings): AsyncIterable<Check> {
  yield node();
  let engine: Engine;
  try {
    engine = await open();
  } catch (error) {
    yield { name: 'project', ok: false, message: wordsOf(error) };
    return;
  }
  yield { name: 'project', ok: true, message: `${engine.project.name} in ${engine.project.dir}, environment ${engine.environment.name}` };
  const desired = await engine.desired();
  const wrong = desired.diagnostics.filter(({ severity }) => severity === 'error').length;
  yield {
    name: 'manifests',
    ok: wrong === 0,
    message:
      wrong === 0
        ? `resources: ${desired.resources.size}, targets: ${desired.targets.size}`
        : `errors: ${wrong}. setpoint validate shows them`,
  };
  yield {
    name: 'state key',
    ok: true,
    message: surroundings.env.SETPOINT_STATE_KEY
      ? 'set: changed secrets are noticed'
      : 'SETPOINT_STATE_KEY is not set: whether a secret changed cannot be told',
  };
  yield* state(engine);
  for await (const check of systems(engine, desired)) yield { ...check, message: engine.redact.text(check.message) };
}

async function* systems(engine: Engine, desired: Desired): AsyncIterable<Check> {
  const { links, run, secrets, optionsOf } = await engine.context(desired);
  for (const [target, { address }] of desired.targets) {
    const link = await links.get(target);
    if ('fault' in link) {
      yield* examineWay({ target, address, options: await optionsOf(target), ...link.stopped, provider: link.provider, secrets, run });
      continue;
    }
    yield {
      name: `target ${target}`,
      ok: true,
      message: link.instance === undefined ? 'is not there yet; the first apply makes it' : `answers as ${link.instance}`,
    };
    if (!link.provider.examine) continue;
    for await (const check of link.provider.examine(link.session.read, callOf(run))) yield { ...check, name: `${target}: ${check.name}` };
  }
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return { name: 'node', ok, message: `${process.version}${ok ? '' : `, and ${OLDEST_NODE.join('.')} is the oldest that works`}` };
}

async function* state({ store }: Engine): AsyncIterable<Check> {
  try {
    const states = await Promise.all((await store.targets()).map((target) => store.load(target)));
    const damage = states.flatMap((one) => one.damage);
    const open = states.reduce((sum, one) => sum + one.open.length, 0);
    const records = states.reduce((sum, one) => sum + one.records.size, 0);
    for (const { summary, hint } of damage) yield { name: 'state', ok: false, message: sentence(summary, hint) };
    if (damage.length === 0)
      yield {
        name: 'state',
        ok: true,
        message: `records: ${records}${open > 0 ? `, calls whose end the next apply finds out: ${open}` : ''}`,
      };
  } catch (error) {
    yield { name: 'state', ok: false, message: wordsOf(error) };
  }
}

const sentence = (summary: string, hint: string | undefined): string => (hint === undefined ? summary : `${summary}. ${hint}`);

function wordsOf(error: unknown): string {
  if (error instanceof Fault) return sentence(error.diagnostic.summary, error.diagnostic.hint);
  if (error instanceof Faults) return error.diagnostics.map(({ summary }) => summary).join('; ');
  throw error;
}
