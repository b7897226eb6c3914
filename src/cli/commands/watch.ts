import { resolve } from 'node:path';
import { systemClock } from '../../app/engine.ts';
import type { Revision } from '../../app/watch.ts';
import { currentRevision } from '../../app/watch.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { Fault, Faults } from '../../core/diagnostic.ts';
import { applyShown } from '../applying.ts';
import { EXIT, exitOf, exitOfAll } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { planExit, planFor, printPlan } from '../planning.ts';
import { printDiagnostics } from '../print.ts';
import { progress } from '../progress.ts';
import { wrongValue } from '../wrong-words.ts';

const EVERY_SECONDS = 60;

/** How a round ended, and what it was about: the next one stays quiet about the same. */
interface Round {
  readonly code: number;
  readonly about: string;
}

/** `setpoint watch`: what is committed is applied, and what drifts is healed, round after round until it is interrupted. */
export const action: Action = async (context) => {
  const { options, stop } = context;
  const seconds = Number(options.interval ?? EVERY_SECONDS);
  if (!(seconds > 0)) throw wrongValue('--interval', 'a number of seconds above 0', String(options.interval));
  let last: Round | undefined;
  for (;;) {
    last = await round(context, last);
    if (options.once === true) return last.code;
    if (!stop.aborted) await systemClock.sleep(seconds * 1000, stop).catch(() => undefined); // awake at once when interrupted
    if (stop.aborted) return EXIT.ok;
  }
};

/** One round never ends the loop for an expected failure: the next one may find it mended. */
async function round(context: Context, last: Round | undefined): Promise<Round> {
  const { globals, terminal, options } = context;
  let revision: Revision | undefined;
  try {
    revision = await currentRevision({
      directory: resolve(terminal.cwd, globals.directory ?? '.'),
      surroundings: terminal,
      ...(typeof options.ref === 'string' ? { ref: options.ref } : {}),
    });
    return await follow(context, revision, last);
  } catch (error) {
    if (!(error instanceof Fault) && !(error instanceof Faults)) throw error;
    const told = error instanceof Fault ? [error.diagnostic] : error.diagnostics;
    const code = error instanceof Fault ? exitOf(error.code) : exitOfAll(told);
    if (code === EXIT.interrupted) return { code, about: '' };
    const about = aboutOf(
      revision,
      told.map(({ code: name, summary }) => `${name} ${summary}`),
    );
    title(context, revision, about === last?.about ? ': as before, nothing is applied' : '');
    if (about !== last?.about) printDiagnostics(told, context);
    return { code, about };
  } finally {
    revision?.close();
  }
}

async function follow(context: Context, revision: Revision, last: Round | undefined): Promise<Round> {
  const { globals, terminal } = context;
  const started = performance.now();
  const shown = progress(context);
  const engine = await context.engine({
    directory: revision.directory,
    home: revision.home,
    emit: shown.emit,
    ...(revision.commit === undefined ? {} : { commit: revision.commit }),
    ...(revision.complete ? {} : { prune: false }),
  });
  try {
    const planned = await planFor(context, { engine, desired: await engine.desired(), started });
    const { plan, survey } = planned;
    const isNothing = plan.steps.length === 0 && survey.unsettled.length === 0;
    const about = aboutOf(revision, [...plan.changes.map(({ id, reason }) => `${id} ${reason}`), ...problemsOf(plan.problems)]);
    if (isNothing && about === last?.about) return { code: planExit(plan), about };
    title(context, revision);
    if (globals.format === 'text' || globals.format === 'markdown') {
      await printPlan(context, planned, false);
      if (!isNothing) terminal.out('\n');
    }
    const code = isNothing ? planExit(plan) : await applyShown(context, planned, shown);
    return { code, about: isNothing ? about : aboutOf(revision, []) };
  } finally {
    await context.close(engine);
  }
}

const problemsOf = (problems: readonly Diagnostic[]): readonly string[] => problems.map(({ code, summary }) => `${code} ${summary}`);

const aboutOf = (revision: Revision | undefined, said: readonly string[]): string => [revision?.title ?? '', ...said].join('\n');

function title({ globals, terminal }: Context, revision: Revision | undefined, more = ''): void {
  if (globals.format !== 'text') return;
  terminal.out(`${new Date().toISOString().slice(0, 19).replace('T', ' ')}  ${revision?.title ?? 'no commit to follow'}${more}\n`);
}
