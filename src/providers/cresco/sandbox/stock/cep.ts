import { randomUUID } from 'node:crypto';
import type { Bus, BusMessage } from '../bus.ts';
import type { Params, PluginContext } from '../plugin.ts';
import { Unreadable } from '../tokens.ts';
import { compileQuery, type RunningQuery } from './siddhi/query.ts';
import { readEvents, streamOf, writeEvent, type Stream } from './siddhi/stream.ts';

/** What `cepparams` holds: the names of two streams, what their events are made of, and the query between them. */
export type CepQuery = Params;

/** Complex event processing, which every agent's controller has (sheet 6.3). Its queries are gone when the controller stops. */
export interface Cep {
  /** Accepts any query and gives its id. One that cannot be compiled is a line in the log and delivers nothing. */
  add(query: CepQuery): string;
  /** False where there is none of this id. Servers of generation 3 alone have an action for it. */
  remove(cepid: string): boolean;
  /** Feeds a stream, as `cepinput` does. */
  input(stream: string, payload: string): void;
  close(): void;
}

/** An event that went through so many queries goes in a circle. Siddhi would not stop. */
const LONGEST_CHAIN = 32;
const hops = new WeakMap<BusMessage, number>();

const CLASS = 'io.cresco.agent.controller.measurement.CEPInstance';

/** Queries read and write the data plane: text `{"event":{…}}` under the property `stream_name`. */
export function openCep({ bus, clock, log }: Pick<PluginContext, 'bus' | 'clock' | 'log'>): Cep {
  const queries = new Map<string, () => void>();
  return {
    add(asked) {
      const cepid = randomUUID();
      try {
        const { input_stream = '', input_stream_desc = '', output_stream = '', output_stream_desc = '', query = '' } = asked;
        const input = streamOf(input_stream, input_stream_desc);
        const output = streamOf(output_stream, output_stream_desc);
        queries.set(cepid, connect({ bus, clock, log, input, output, query: compileQuery(query, { input, output }) }));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        queries.set(cepid, () => {});
        log('Error', CLASS, `cepid: ${cepid} does not compile: ${error.message}`);
      }
      return cepid;
    },
    remove(cepid) {
      queries.get(cepid)?.();
      return queries.delete(cepid);
    },
    input: (stream, payload) => bus.publish({ body: payload, properties: { stream_name: stream } }),
    close() {
      for (const end of queries.values()) end();
      queries.clear();
    },
  };
}

interface Connection extends Pick<PluginContext, 'clock' | 'log'> {
  readonly bus: Bus;
  readonly input: Stream;
  readonly output: Stream;
  readonly query: RunningQuery;
}

function connect({ bus, clock, log, input, output, query }: Connection): () => void {
  return bus.subscribe(`stream_name='${input.name}'`, (message) => {
    if (typeof message.body !== 'string') return;
    const hop = (hops.get(message) ?? 0) + 1;
    if (hop > LONGEST_CHAIN) {
      log('Error', CLASS, `an event of ${input.name} went through ${LONGEST_CHAIN} queries: it was dropped`);
      return;
    }
    for (const row of readEvents(message.body, input)) {
      const result = query.take(row, clock.now());
      if (result === undefined) continue;
      const event: BusMessage = { body: writeEvent(output, result), properties: { stream_name: output.name } };
      hops.set(event, hop);
      bus.publish(event);
    }
  });
}
