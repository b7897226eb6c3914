import { resolve } from 'node:path';
import { systemClock } from '../../app/engine.ts';
import { currentRevision } from '../../app/watch.ts';
import { Fault, Faults } from '../../core/diagnostic.ts';
import { applyShown } from '../applying.ts';
import { EXIT, exitOf } from '../exit.ts';
import type { Action, Context } from '../frame.ts';
import { planExit, printPlan } from '../planning.ts';
import { printDiagnostics, progress } from '../print.ts';

const EVERY_SECONDS = 60;

/** `setpoint watch`: what is committed is applied, and what drifts is healed, round after round until it is interrupted. */
export const action: Action = async (context) => {
  const { options, terminal } = context;
  const seconds = Number(options.interval ?? EVERY_SECONDS);
  if (!(seconds > 0)) {
    terminal.err(`--interval takes a number of seconds above 0, not "${String(options.interval)}".\n`);
    return EXIT.manifests;
  }
  const stop = new AbortController();
  context.onStop(() => stop.abort());
  for (;;) {
    const code = await round(context);
    if (options.once === true) return code;
    if (stop.signal.aborted || context.stopping()) return EXIT.ok;
    await systemClock.sleep(seconds * 1000, stop.signal).catch(() => undefined);
    if (stop.signal.aborted) return EXIT.ok;
  }
};

/** One round never ends the loop for an expected failure: the next one may find it mended. */
async function round(context: Context): Promise<number> {
  const { globals, terminal, options } = context;
  const started = performance.now();
  const shown = progress(context);
  try {
    const revision = await currentRevision({
      directory: resolve(terminal.cwd, globals.directory ?? '.'),
      surroundings: terminal,
      ...(typeof options.ref === 'string' ? { ref: options.ref } : {}),
    });
    const engine = await context.engine({
      directory: revision.directory,
      home: revision.home,
      emit: shown.emit,
      ...(revision.commit === undefined ? {} : { commit: revision.commit }),
    });
    try {
      const desired = await engine.desired();
      const survey = await engine.survey(desired);
      const plan = await engine.plan(survey);
      if (globals.format === 'text') terminal.out(`${new Date().toISOString().slice(0, 19).replace('T', ' ')}  ${revision.title}\n`);
      if (globals.format === 'text' || globals.format === 'markdown') {
        await printPlan(context, { engine, desired, survey, plan, pages: survey.look.pages, elapsedMs: performance.now() - started });
      }
      if (plan.steps.length === 0 && survey.unsettled.length === 0) return planExit(plan);
      return await applyShown(context, { engine, desired, survey, plan }, shown);
    } finally {
      revision.close();
      await context.close(engine);
    }
  } catch (error) {
    if (!(error instanceof Fault) && !(error instanceof Faults)) throw error;
    printDiagnostics(error instanceof Fault ? [error.diagnostic] : error.diagnostics, context);
    return error instanceof Fault ? exitOf(error.code) : EXIT.manifests;
  } finally {
    shown.end();
  }
}
