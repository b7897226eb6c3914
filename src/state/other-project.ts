import { Fault } from '../core/diagnostic.ts';
import type { TargetState } from './store.ts';

/**
 * Throws Fault STATE_OF_OTHER_PROJECT for state that another project wrote: what that one's manifests have, ours do not, and a plan
 * would remove it. State that names no project was written before projects were kept in it, and is taken over.
 */
export function refuseOtherProject({ target, project }: Pick<TargetState, 'target' | 'project'>, ours: string | undefined): void {
  if (project === undefined || project === ours) return;
  throw new Fault(
    {
      code: 'STATE_OF_OTHER_PROJECT',
      summary: `the state of ${target} belongs to the project ${project}${ours === undefined ? '' : `, not to ${ours}`}`,
      detail:
        'Two projects that share one state would each remove what the other has made, because their own manifests do not have it. ' +
        'Nothing was written.',
      hint:
        ours === undefined
          ? `Here is no setpoint.yaml, and so no project with a name: run it in the folder of ${project}, or in one without its state.`
          : `Keep the state of ${ours} somewhere else (spec.state in setpoint.yaml), or name its environment otherwise. If the project was renamed: setpoint state rebind ${target}`,
    },
    { sent: 'no' },
  );
}
