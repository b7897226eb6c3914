import { Fault, nearest } from '../../../core/diagnostic.ts';
import type { AgentPlace } from './results.ts';

/** What the fabric's own words mean, as Faults. docs/errors.md explains every code. */

/** Text in place of an answer where nobody answered the server in about 30 s: it tells neither who nor why. */
export const NOBODY = 'Cresco rpc response was null';

/** `sent: no`: the key is compared before anything else. */
export const keyRefused = (said: string): Fault =>
  new Fault(
    {
      code: 'CRESCO_KEY_REFUSED',
      summary: 'the service key was refused',
      detail: `The server does not take this cresco_service_key for its own. ${reasonIn(said)}`,
      hint: 'Compare it with cresco_service_key in the configuration of the agent that serves the API; a server that has none set refuses everybody.',
    },
    { sent: 'no' },
  );

/** Servers of generation 2 wrap their words in a page of HTML, and say them three times. */
function reasonIn(said: string): string {
  const [reason] =
    /cresco_service_key mismatch|Missing (?:server-side )?\[?cresco_service_key\]? (?:request header|configuration)/.exec(said) ?? [];
  return reason === undefined ? said : `It says "${reason}".`;
}

export const agentUnknown = (at: AgentPlace, known: readonly AgentPlace[]): Fault => {
  const names = known.map(({ region, agent }) => `${region}/${agent}`);
  const near = nearest(`${at.region}/${at.agent}`, names);
  return new Fault(
    {
      code: 'CRESCO_AGENT_UNKNOWN',
      summary: `the fabric has no healthy agent ${at.region}/${at.agent}`,
      detail: `It was not asked anything: the fabric would have kept us waiting for half a minute. Healthy agents are ${some(names)}.`,
      hint: near === undefined ? 'Correct its name; or it is lost, and has to be brought back.' : `Did you mean ${near}? Or it is lost.`,
    },
    { sent: 'no' },
  );
};

const some = (names: readonly string[]): string =>
  names.length === 0
    ? 'not to be seen at all'
    : names.slice(0, 10).join(', ') + (names.length > 10 ? `, and ${names.length - 10} more` : '');

/** The generic answer of a server whose own request was not answered. What was asked may have been done all the same. */
export const noAnswer = ({ line, idempotent }: { readonly line: string; readonly idempotent: boolean }): Fault =>
  new Fault(
    {
      code: 'CRESCO_NO_ANSWER',
      summary: `nobody on the fabric answered ${line}`,
      detail: `The server waited, and says "${NOBODY}". It says so for an agent or plugin that is not there, for an action that it does not have, and for one that took too long.`,
      hint: 'Is it there, and active? Its log, and that of the agent which serves the API, say more.',
    },
    { sent: idempotent ? 'answered' : 'maybe' },
  );

/** The fabric understood, and says no. */
export const refusedBy = (line: string, said: string): Fault =>
  new Fault({ code: 'CRESCO_REFUSED', summary: 'the fabric refused it', detail: `${line}: "${said}".`, hint: 'Its words say why.' });

/** An answer that is not what the protocol promises. The request was carried out. */
export const unreadable = (detail: string, cause?: unknown): Fault =>
  new Fault(
    {
      code: 'CRESCO_ANSWER',
      summary: 'an answer of the fabric cannot be read',
      detail: `${detail}.`,
      hint: 'Is it a version of Cresco that this client knows (1.2, 1.3)?',
    },
    { sent: 'maybe', cause },
  );

/** Text where JSON was expected. */
export const notJson = (line: string, text: string): Fault =>
  new Fault(
    {
      code: 'NOT_JSON',
      summary: 'the answer is no JSON',
      detail: `${line} was answered with "${text
        .slice(0, 200)
        .replaceAll(/[\p{C}\s]+/gu, ' ')
        .trim()}".`,
      hint: 'Its words are a failure of the server: the log of the agent that serves the API says more. Plan again.',
    },
    { sent: 'maybe' },
  );

export const idTaken = (id: string, at: AgentPlace): Fault =>
  new Fault(
    {
      code: 'CRESCO_PLUGIN_ID_TAKEN',
      summary: `there is a plugin ${id} on ${at.region}/${at.agent} already`,
      detail:
        'Ids of plugins are unique on the whole fabric. Nothing was sent: a server that is told to add one under an id in use never ends, and never answers.',
      hint: 'Remove that plugin first, or choose another id.',
    },
    { sent: 'no' },
  );

/** The agent has it, and it does not run. */
export const notStarted = (name: string, at: AgentPlace, said: string): Fault =>
  new Fault({
    code: 'CRESCO_PLUGIN_FAILED',
    summary: `the plugin ${name} would not start on ${at.region}/${at.agent}`,
    detail: `The agent says "${said}": the plugin was there, and its own start said no. It was taken away again.`,
    hint: `The log of the agent says why: setpoint run TARGET logs ${at.region}/${at.agent}.`,
  });

export const pluginFailed = (name: string, at: AgentPlace, said: string): Fault =>
  new Fault({
    code: 'CRESCO_PLUGIN_FAILED',
    summary: `the plugin ${name} could not be started on ${at.region}/${at.agent}`,
    detail: `The agent says "${said}". Nothing was left behind.`,
    hint: 'Is there a JAR of this name, version and md5 in a repository? One that was just uploaded is seen after 5 s.',
  });

export const pipelineRefused = (detail: string, sent: 'no' | 'answered'): Fault =>
  new Fault(
    { code: 'CRESCO_PIPELINE', summary: 'the pipeline cannot be submitted', detail, hint: 'Nothing was made; correct the pipeline.' },
    { sent },
  );

export const badJar = (detail: string, cause?: unknown): Fault =>
  new Fault(
    {
      code: 'CRESCO_JAR',
      summary: 'this is no JAR of a plugin',
      detail: `${detail}.`,
      hint: 'A plugin is a ZIP file with META-INF/MANIFEST.MF, and in it Bundle-SymbolicName and Bundle-Version.',
    },
    { sent: 'no', cause },
  );

export const streamRefused = (line: string, said: string): Fault =>
  new Fault({
    code: 'CRESCO_STREAM',
    summary: 'the stream was not opened',
    detail: `${line}: the server says "${said}".`,
    hint: 'Its words say why; the log of the agent that serves the API says more.',
  });
