import type { Fields, Value } from '../../../core/value.ts';
import { canonical, isFields, isList } from '../../../core/value.ts';
import { fullFuncSpec, normalFuncSpec } from '../rules/funcspec.ts';
import type { FuncSpec } from '../types.ts';

/** Members of a workflow that the server does not know, and keeps: whose it is, and which call made it. */
const OURS = 'x-setpoint-id';
const INTENT = 'x-setpoint-intent';

/** The workflow of a cron or a generator as the server keeps it: JSON text, given back as it was sent. */
export const workflowText = (
  specs: readonly FuncSpec[],
  { colony, id, intent }: { readonly colony: string; readonly id: string; readonly intent: string },
): string =>
  canonical({
    colonyname: colony,
    functionspecs: specs.map((spec) => fullFuncSpec(spec as unknown as Fields, colony)),
    [OURS]: id,
    [INTENT]: intent,
  });

/** What such a text says. One that somebody else wrote may say anything that the server could read. */
export function workflowIn(text: string): { readonly specs: FuncSpec[]; readonly mark?: string } {
  const workflow = JSON.parse(text) as Value;
  if (!isFields(workflow)) return { specs: [] };
  const { functionspecs, [OURS]: mark } = workflow;
  const specs = isList(functionspecs) ? functionspecs.filter(isFields).map((spec) => normalFuncSpec(spec) as unknown as FuncSpec) : [];
  return { specs, ...(typeof mark === 'string' ? { mark } : {}) };
}
