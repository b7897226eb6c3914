import type { Readiness } from '../../../core/resource.ts';
import type { Standing } from '../client/index.ts';

/** How a plugin, or a node of a pipeline, stands: whether it runs, and what that means for whoever waits for it. */
export interface Health {
  /** Runs, or is on its way: false is a difference, and is healed by making it anew. */
  readonly running: boolean;
  readonly readiness: Readiness;
}

const ACTIVE = 10;
const NODE_FAILED = 50;
const NOT_ALL_PLACED = 50;
/** Created, scheduled. */
export const COMING: ReadonlySet<number> = new Set([3, 4]);

/** What the codes mean, from what the server does (its own comments say less). */
const PLUGIN: Readonly<Record<number, string>> = {
  7: 'its own start said no: the log of its agent says why',
  8: 'it is disabled',
  9: 'its bundle could not be installed or started, or it is being removed: is its JAR in a repository, and whole?',
  40: 'its agent had not heard of it for a while',
  41: 'it answered without a status',
  42: 'it answered without a status',
  50: 'it is lost: its agent has not heard of it for long',
  80: 'it failed to start',
  90: 'it failed while it was being stopped',
  91: 'nobody answered while it was being stopped',
  92: 'it was never given to an agent',
};

const PIPELINE: Readonly<Record<number, string>> = {
  1: 'it was not created: it has no nodes, or no list of edges',
  9: 'it is being removed',
  40: 'its nodes could not be scheduled: the log of the global controller says why',
  50: 'not every node came up',
  60: 'its nodes could not be placed: an agent is not known, or says no',
  61: 'its edges could not be placed',
  90: 'it failed while it was being removed',
};

const said = (what: string, { statusCode, statusDescription }: Standing, meaning: string | undefined): string =>
  `${what} has status ${statusCode}${statusDescription === '' ? '' : ` (${statusDescription})`}${meaning === undefined ? '' : `: ${meaning}`}`;

export function pluginHealth(what: string, standing: Standing): Health {
  if (standing.statusCode === ACTIVE) return { running: true, readiness: { state: 'ready' } };
  if (COMING.has(standing.statusCode)) return { running: true, readiness: { state: 'progressing', message: `${what} is starting` } };
  return { running: false, readiness: { state: 'failed', message: said(what, standing, PLUGIN[standing.statusCode]) } };
}

/** Of a pipeline itself. Active is no proof of life: its nodes are looked at one by one. */
export function pipelineHealth(standing: Standing, nodes: readonly { readonly name: string; readonly health: Health }[]): Health {
  const up = nodes.filter(({ health }) => health.readiness.state === 'ready').length;
  const bad = nodes.flatMap(({ health }) => (health.readiness.state === 'failed' ? [health.readiness.message] : []));
  if (COMING.has(standing.statusCode)) {
    return { running: true, readiness: { state: 'progressing', message: `${up} of ${nodes.length} nodes up` } };
  }
  if (standing.statusCode === ACTIVE) {
    if (bad.length > 0) return { running: false, readiness: { state: 'failed', message: bad.join('; ') } };
    const all = up === nodes.length;
    return { running: true, readiness: all ? { state: 'ready' } : { state: 'progressing', message: `${up} of ${nodes.length} nodes up` } };
  }
  // How placing its nodes ended is never told anew: what came up later than the fabric waited for runs all the same.
  if (standing.statusCode === NOT_ALL_PLACED && up === nodes.length) return { running: true, readiness: { state: 'ready' } };
  // Of any other failure the nodes know nothing: they were never made, or go with it.
  const told = standing.statusCode === NODE_FAILED ? bad : [];
  const message = [said('the pipeline', standing, PIPELINE[standing.statusCode]), ...told].join('; ');
  return { running: false, readiness: { state: 'failed', message } };
}
