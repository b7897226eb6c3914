import type { Readiness } from '../../../core/resource.ts';
import type { Fields } from '../../../core/value.ts';

const FAILED = /^(fail|error|crash|degraded)/i;
const COMING = /^(pending|progress|creat|start|deploy|reconcil|updat|wait|init|unknown)/i;

/**
 * What a reconciler reports, as far as it can be recognised: its status is a map of its own making. `phase` and `ready` are words that
 * most use; `runningInstances` of `totalInstances` is what upstream's deployments report and its CLI prints. Anything else is ready: nobody
 * has to report, and many blueprints have no reconciler at all.
 */
export function readinessIn({ phase, ready, message, runningInstances: running, totalInstances: total }: Fields): Readiness {
  const said = typeof message === 'string' && message !== '' ? `: ${message}` : '';
  if (typeof phase === 'string' && FAILED.test(phase)) return { state: 'failed', message: `its reconciler reports ${phase}${said}` };
  if (typeof phase === 'string' && COMING.test(phase)) return { state: 'progressing', message: `its reconciler reports ${phase}${said}` };
  if (typeof running === 'number' && typeof total === 'number' && running < total) {
    return { state: 'progressing', message: `${running} of ${total} instances are running` };
  }
  return ready === false ? { state: 'progressing', message: `its reconciler reports that it is not ready${said}` } : { state: 'ready' };
}
