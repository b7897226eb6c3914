import { byText } from '../../../core/value.ts';
import type { Operation } from '../../contract.ts';
import { executorState } from '../client/index.ts';
import { serverAhead } from '../server-clock.ts';
import type { Colony } from '../session.ts';
import { choiceIn, cronsOf, EXECUTOR, generatorsOf, tableOf, TYPE } from './inputs.ts';
import { agoText, executorStateText, EXECUTOR_STATES, PROCESS_STATES, timeText } from './texts.ts';

const STATES = ['present', 'all', ...EXECUTOR_STATES] as const;

/** What a colony has, as tables. */
export const listings: readonly Operation<Colony>[] = [
  {
    name: 'executors',
    summary: 'lists the executors of the colony, and when they last asked for work',
    mutates: false,
    inputs: [
      TYPE,
      {
        name: 'state',
        summary: `present (all but unregistered), all, or one of ${EXECUTOR_STATES.join(', ')} (default: present)`,
        complete: () => Promise.resolve(STATES),
      },
    ],
    async *run({ read }, words, { signal, now }) {
      const state = choiceIn(words, 'state', { of: STATES, otherwise: 'present' });
      const [all, functions, aheadMs = 0] = await Promise.all([
        read.executors(signal),
        read.functions(signal),
        serverAhead(read.address, { now, signal }),
      ]);
      const names = new Map<string, string[]>();
      for (const { executorname, funcname } of functions) names.set(executorname, [...(names.get(executorname) ?? []), funcname]);
      const wanted = all.filter(
        (one) =>
          (words[TYPE.name] === undefined || one.executortype === words[TYPE.name]) &&
          (state === 'all' || (state === 'present' ? one.state !== executorState.unregistered : one.state === executorState[state])),
      );
      const rows = wanted.map((one) => [
        one.executorname,
        one.executortype,
        executorStateText(one.state),
        agoText(one.lastheardfromtime, now() + aheadMs),
        one.locationname ?? '',
        [...new Set(names.get(one.executorname) ?? [])].sort(byText).join(', '),
      ]);
      yield tableOf(['executor', 'type', 'state', 'heard of', 'location', 'functions'], sorted(rows));
    },
  },
  {
    name: 'functions',
    summary: 'lists the functions that executors have registered, and how they went',
    mutates: false,
    inputs: [EXECUTOR],
    async *run({ read }, words, { signal }) {
      const only = words[EXECUTOR.name];
      const found = (await read.functions(signal)).filter(({ executorname }) => only === undefined || executorname === only);
      const rows = found.map((one) => [
        one.funcname,
        one.executorname,
        one.args.map(({ name, type }) => `${name}: ${type}`).join(', '),
        String(one.counter),
        one.counter === 0 ? '' : secondsText(one.avgwaittime),
        one.counter === 0 ? '' : secondsText(one.avgexectime),
        one.description ?? '',
      ]);
      yield tableOf(['function', 'executor', 'arguments', 'calls', 'waits', 'takes', 'description'], sorted(rows));
    },
  },
  {
    name: 'users',
    summary: 'lists the users of the colony',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const rows = (await read.users(signal)).map(({ name, userid, email, phone }) => [
        name,
        userid === read.ids.member ? 'the key of this target' : '',
        email,
        phone,
        userid,
      ]);
      yield tableOf(['user', 'is', 'email', 'phone', 'id'], sorted(rows));
    },
  },
  {
    name: 'crons',
    summary: 'lists the crons of the colony, those that the server keeps for blueprints included',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const rows = (await cronsOf(read, signal)).map((one) => [
        one.name,
        one.interval > 0 ? `every ${secondsText(one.interval)}` : one.cronexpression,
        timeText(one.nextrun),
        timeText(one.lastrun),
        one.initiatorname,
      ]);
      yield tableOf(['cron', 'schedule', 'next (UTC)', 'last (UTC)', 'runs as'], sorted(rows));
    },
  },
  {
    name: 'generators',
    summary: 'lists the generators of the colony, and what is packed in them',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      // Lists say nothing of what is packed.
      const all = await Promise.all(
        (await generatorsOf(read, signal)).map(({ generatorid }) => read.ask('getgeneratormsg', { generatorid }, signal)),
      );
      const rows = all.map((one) => [
        one.name,
        `${one.queuesize} of ${one.trigger}`,
        one.timeout > 0 ? secondsText(one.timeout) : '',
        timeText(one.lastrun),
        one.initiatorname,
      ]);
      yield tableOf(['generator', 'packed', 'or after', 'last (UTC)', 'runs as'], sorted(rows));
    },
  },
  {
    name: 'statistics',
    summary: 'counts executors, processes and workflows of the colony',
    mutates: false,
    inputs: [],
    async *run({ read }, _, { signal }) {
      const counts = await read.ask('getcolonystatsmsg', { colonyname: read.colony }, signal);
      const rows = [
        ['executors', 'all', counts.executors],
        ['executors', 'active', counts.activeexecutors],
        ['executors', 'unregistered', counts.unregisteredexecutors],
        ...PROCESS_STATES.map((state) => ['processes', state, counts[`${counted(state)}processes`]]),
        ...PROCESS_STATES.map((state) => ['workflows', state, counts[`${counted(state)}workflows`]]),
      ];
      yield tableOf(
        ['of', 'state', 'number'],
        rows.map((row) => row.map(String)),
      );
    },
  },
];

const sorted = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  [...rows].sort((a, b) => byText(a.join('\n'), b.join('\n')));

/** What succeeded is `success` where it is listed and `successful` where it is counted. */
const counted = <S extends string>(state: S): Exclude<S, 'success'> | 'successful' =>
  state === 'success' ? 'successful' : (state as Exclude<S, 'success'>);

const secondsText = (seconds: number): string => (seconds >= 10 ? `${Math.round(seconds)} s` : `${Number(seconds.toPrecision(2))} s`);
