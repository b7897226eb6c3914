import { countIn, wrongInput, type Control, type Input } from '../../switches.ts';
import type { Certificate } from './certificate.ts';
import type { Counts } from './counts.ts';
import { byHand } from './controls-by-hand.ts';
import type { Trouble, Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** What the controls work on. */
export interface Bench {
  readonly world: () => World;
  readonly troubles: Troubles;
  readonly counts: Counts;
  readonly certificate: Certificate;
  /** Cuts every connection. */
  readonly cut: () => void;
  /** The whole server, with what it keeps. */
  readonly restart: () => Promise<void>;
}

/** The switches of a Cresco sandbox: `setpoint sandbox ctl TARGET`. */
export const controlsOf = (bench: Bench): readonly Control[] => [...troublesOf(bench), ...byHand(bench), ...insight(bench)];

function troublesOf({ troubles, cut, restart }: Bench): readonly Control[] {
  const once = (name: string, summary: string, trouble: (input: Input) => Trouble, inputs: readonly string[] = ['action']): Control => ({
    name,
    summary,
    inputs,
    run: (input) => troubles.plan(trouble(input)),
  });
  const only = (subject: string | undefined): { readonly only?: string } => (subject === undefined ? {} : { only: subject });
  const flag = (name: string, summary: string, change: () => void): Control => ({ name, summary, inputs: [], run: change });
  return [
    flag('refuse', 'answers every upgrade with 401, until accept', () => void (troubles.refuse = true)),
    flag('accept', 'lets clients in again', () => void (troubles.refuse = false)),
    once(
      'drop-socket',
      'cuts the socket of the next request (of this action): before it has an effect, or after it and before the reply (when=after, the default)',
      ({ action, when = 'after' }) => {
        if (when !== 'before' && when !== 'after') throw wrongInput('when is before or after');
        return { name: 'drop-socket', when, ...only(action) };
      },
      ['action', 'when'],
    ),
    flag('drop-all', 'cuts every connection', cut),
    once('void-next', 'loses the next request: no effect, and the text of a missing answer after the wait', ({ action }) => ({
      name: 'void',
      ...only(action),
    })),
    once('lose-next-reply', 'does what the next request asks for and never answers', ({ action }) => ({
      name: 'lose-reply',
      ...only(action),
    })),
    once(
      'error-text-next',
      'answers the next request with text where JSON is expected',
      ({ action, text = 'java.lang.NullPointerException' }) => ({ name: 'error-text', text, ...only(action) }),
      ['action', 'text'],
    ),
    {
      name: 'reorder-replies',
      summary: 'lets replies on one socket overtake each other where two are under way (on=false ends it)',
      inputs: ['on'],
      run: ({ on = 'true' }) => void (troubles.reorder = on === 'true'),
    },
    once(
      'slow-start',
      'the next plugin (of this name) takes so many milliseconds to start',
      (input) => ({ name: 'slow-start', ms: countIn(input, 'ms', 40_000), ...only(input['pluginname']) }),
      ['pluginname', 'ms'],
    ),
    once(
      'fail-start',
      'the next plugin (of this name) cannot be started: 7',
      ({ pluginname }) => ({ name: 'fail-start', ...only(pluginname) }),
      ['pluginname'],
    ),
    once(
      'stick-pipeline',
      'a pipeline never leaves a status: the next one submitted (of this name) 4 or 40, the next one removed (name or id) 9',
      ({ pipeline, at = '40' }) => {
        if (at === '9') return { name: 'stick-removal', ...only(pipeline) };
        if (at !== '4' && at !== '40') throw wrongInput('at is 4, 40 or 9');
        return { name: 'stick', at: at === '4' ? 4 : 40, ...only(pipeline) };
      },
      ['pipeline', 'at'],
    ),
    flag('clear', 'forgets every trouble that was planned and has not happened', () => troubles.clear()),
    { name: 'restart', summary: 'restarts the whole server; what it keeps stays', inputs: [], run: restart },
  ];
}

function insight({ world, counts, certificate }: Bench): readonly Control[] {
  return [
    { name: 'counts', summary: 'how often each action was asked for', inputs: [], run: () => counts.told() },
    { name: 'reset-counts', summary: 'begins to count anew', inputs: [], run: () => counts.reset() },
    {
      name: 'certificate',
      summary: 'what a client pins, and the certificate',
      inputs: [],
      run: () => ({ fingerprint: certificate.fingerprint, pem: certificate.cert }),
    },
    {
      name: 'state',
      summary: 'agents with their plugins, and pipelines, as they are now',
      inputs: [],
      run: () => ({
        agents: [...world().agents.values()].map(({ region, name, reach, code, plugins }) => ({
          agent: `${region}/${name}`,
          reach,
          code,
          plugins: [...plugins.values()].map(({ id, code: status, config }) => ({ id, code: status, config })),
        })),
        pipelines: [...world().pipelines.values()].map(({ id, cadl, code, nodes }) => ({
          id,
          name: cadl.pipeline_name ?? null,
          code,
          nodes: nodes.map(({ id: node, code: status }) => ({ id: node, code: status })),
        })),
      }),
    },
  ];
}
