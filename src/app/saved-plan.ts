import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../core/diagnostic.ts';
import type { Plan } from '../core/plan.ts';
import type { Fields, Value } from '../core/value.ts';
import { canonicalParts, isFields, isList } from '../core/value.ts';
import { makeFolder, writeDurably } from '../disk/index.ts';
import { planDigest } from '../planner/index.ts';

/** Below the project's folder: the plans of the last runs, named by the first letters of their digests. */
export const PLANS = '.setpoint/plans';
const KEPT = 50;

/** Keeps a plan so that exactly it can be applied; the path is relative to the project. */
export async function keepPlan(plan: Plan, dir: string): Promise<string> {
  const path = `${PLANS}/${plan.digest.slice(0, 6)}`;
  await savePlan(plan, join(dir, path));
  const folder = join(dir, PLANS);
  const names = readdirSync(folder).map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  for (const { name } of names.sort((a, b) => b.at - a.at).slice(KEPT)) rmSync(join(folder, name));
  return path;
}

/** Throws Fault DISK_FULL or NOT_WRITABLE. */
export async function savePlan(plan: Plan, path: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeDurably(path, linesOf(plan));
}

function* linesOf(plan: Plan): Generator<string> {
  yield* canonicalParts(plan);
  yield '\n';
}

/** Throws Fault PLAN_UNREADABLE for a file that is no plan, is of another format, or was changed after it was made. */
export function readPlan(path: string): Plan {
  let plan: unknown;
  try {
    plan = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw unreadable(
      path,
      error instanceof SyntaxError ? 'it is not JSON' : `it cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  if (!isFields(plan as Value)) throw unreadable(path, 'it is no plan');
  const { format, digest } = plan as Plan;
  if (format !== 1) throw unreadable(path, `its format is ${JSON.stringify(format)}, and this release reads 1`);
  if (!isPlan(plan as Fields)) throw unreadable(path, 'it is no plan');
  if (planDigest(plan as Plan) !== digest) throw unreadable(path, 'it was changed after it was made');
  return plan as Plan;
}

/** As much of a plan's shape as its digest is made of: what has the right digest was written by us. */
function isPlan({ steps, evidence, deferred, adopt = [], targets }: Fields): boolean {
  const lists = [steps, evidence, deferred, adopt];
  if (!isFields(targets) || !Object.values(targets).every(isFields) || !lists.every(isList)) return false;
  return (steps as readonly Value[]).every((step) => {
    if (!isFields(step) || typeof step.verb !== 'string') return false;
    const { recorded, differences, motion } = step;
    return (
      (motion === undefined || isFields(motion)) &&
      (recorded === undefined || isFields(recorded)) &&
      (differences === undefined || (isList(differences) && differences.every(isFields)))
    );
  });
}

const unreadable = (path: string, why: string): Fault =>
  new Fault({
    code: 'PLAN_UNREADABLE',
    summary: `${path}: ${why}`,
    detail: 'A plan is applied exactly as it was approved or not at all.',
    hint: 'Make it again with setpoint plan -o FILE.',
  });
