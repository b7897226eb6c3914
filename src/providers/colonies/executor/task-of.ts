import { Fault } from '../../../core/diagnostic.ts';
import type { ColoniesClient } from '../client/client.ts';
import type { FuncSpecDraft, Process } from '../client/models/index.ts';
import { specOf } from '../client/submit.ts';
import { channel } from './channel.ts';
import { storable } from './closing.ts';
import type { Persistent } from './persistent.ts';
import type { Task } from './task.ts';

interface TaskOptions {
  readonly process: Process;
  readonly client: ColoniesClient;
  readonly call: Persistent;
  /** The executor's id. */
  readonly self: string;
  readonly signal: AbortSignal;
  readonly gone: AbortSignal;
  readonly log: (text: string) => Promise<void>;
}

/** Of an output that the process leaves behind; 0 is input, 2 an error, 3 of the environment. */
const OUT = 1;

/** What a handler is given. What it asks for outlives the server as everything else does. */
export function taskOf({ process, client, call, self, signal, gone, log }: TaskOptions): Task {
  const { processid, processgraphid, spec } = process;
  return {
    process,
    args: spec.args,
    kwargs: spec.kwargs,
    in: process.in,
    signal,
    log,
    client,
    async attribute(key, value) {
      let lostAnswer = false;
      const attribute = {
        targetid: processid,
        targetcolonyname: spec.conditions.colonyname,
        key: storable(key),
        value: storable(value),
        attributetype: OUT,
      };
      try {
        await call('addattributemsg', { attribute }, { signal: gone, onLost: () => void (lostAnswer = true) });
      } catch (error) {
        // It was stored by the request whose answer was lost.
        if (!(lostAnswer && error instanceof Fault && error.code === 'COLONIES_EXISTS')) throw error;
      }
    },
    setOutput: (...out) => call('setoutputmsg', { processid, out }, { signal: gone }),
    channel: (name) => channel({ client, process, name, self, signal: AbortSignal.any([signal, gone]) }),
    addChild: (child, { insert = false, before = '' } = {}) => {
      const request = { processgraphid, parentprocessid: processid, childprocessid: before, spec: childSpec(child, process), insert };
      return call('addchildmsg', request, { signal: gone, once: true });
    },
  };
}

const childSpec = (child: FuncSpecDraft, { spec }: Process): FuncSpecDraft =>
  specOf({ ...child, conditions: { ...child.conditions, colonyname: spec.conditions.colonyname } });
