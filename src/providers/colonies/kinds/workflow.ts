import { readFileSync } from 'node:fs';
import { Fault } from '../../../core/diagnostic.ts';
import { digest } from '../../../core/digest.ts';
import type { Fields } from '../../../core/value.ts';
import type { Done, Kind, Shape, Work } from '../../contract.ts';
import type { WorkflowSpecDraft } from '../client/index.ts';
import { fullFuncSpec } from '../rules/funcspec.ts';
import type { Colony } from '../session.ts';
import type { FuncSpec, WorkflowSpec } from '../types.ts';
import { funcSpecFindings, normalFuncSpecs } from './func-specs.ts';
import { signedBy } from './keys-needed.ts';
import { observeRuns, RUN_ENV } from './runs-seen.ts';

const SCHEMA = new URL('../../../../schemas/colonies/Workflow.v1.json', import.meta.url);

/**
 * A workflow that is run once. Its handle is the processgraphid. The server has no name for it: it is found again by what stands in
 * the environment of its functions, which are looked for by their label.
 */
export const workflow: Kind<Colony, WorkflowSpec> = {
  kind: 'colonies/Workflow',
  version: 'v1',
  schema: () => JSON.parse(readFileSync(SCHEMA, 'utf8')) as Fields,
  nature: 'run',
  creatable: true,
  // What has run has run: its record is let go, and the server keeps what it keeps.
  removable: false,
  settle: { withinMs: 3_600_000, everyMs: 1_000 },
  open: (_, { colony }) => shapeOf(typeof colony === 'string' ? colony : undefined),
  observe: observeRuns,
  make,
  remove: ({ read: { colony } }, { id, recorded }) => Promise.reject(stays(id, recorded?.handle ?? '', colony)),
  mayWrite: signedBy('member'),
};

const shapeOf = (colony: string | undefined): Shape<WorkflowSpec> => ({
  check: ({ functionspecs }) => funcSpecFindings(functionspecs, colony),
  normalize: ({ functionspecs, ...rest }) => ({ ...rest, functionspecs: normalFuncSpecs(functionspecs) }),
});

async function make(
  { read: { colony }, write }: Colony,
  work: Work<WorkflowSpec>,
  { signal }: { readonly signal: AbortSignal },
): Promise<Done> {
  const { id, intent, want } = work;
  // A dependency may come of a reference, which nobody could judge before.
  const [wrong] = funcSpecFindings(want.functionspecs, colony).filter(({ severity }) => severity !== 'warning');
  if (wrong !== undefined) throw new Fault({ ...wrong, resource: id }, { sent: 'no' });
  const env = { [RUN_ENV.id]: id, [RUN_ENV.intent]: intent, [RUN_ENV.run]: digest(want) };
  const functionspecs = want.functionspecs.map((spec: FuncSpec) => {
    const marked = { ...spec, label: spec.label ?? id, env: { ...spec.env, ...env } };
    return fullFuncSpec(marked as unknown as Fields, colony);
  });
  const spec = { colonyname: colony, functionspecs } as unknown as WorkflowSpecDraft;
  const { processgraphid } = await write.call('submitworkflowspecmsg', { spec }, { signal });
  return { handle: processgraphid, run: { outcome: 'begun' } };
}

const stays = (resource: string, handle: string, colony: string): Fault =>
  new Fault(
    {
      code: 'WORKFLOW_STAYS',
      summary: 'what has run cannot be undone',
      detail: `The workflow ${handle} stays in the colony ${colony} with what it put out, until the server's retention takes it. Nothing was sent.`,
      hint: 'Let the record go: setpoint state forget. To stop one that still runs: setpoint run TARGET cancel.',
      resource,
    },
    { sent: 'no' },
  );
