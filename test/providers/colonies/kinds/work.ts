import { idOf, processState } from '../../../../src/providers/colonies/client/index.ts';
import { COLONY, keyOf, type ColonyBench } from './bench.ts';

const COOK = 'cook-by-hand';

/** An executor of the type `cook` that others have: it is there once, and approved. */
async function cookThere({ hand, keys }: ColonyBench): Promise<string> {
  const key = keyOf(COOK);
  const executors = await hand('getexecutorsmsg', { colonyname: COLONY }, keys.member);
  if (executors.some(({ executorname }) => executorname === COOK)) return key;
  await hand('addexecutormsg', { executor: { colonyname: COLONY, executorname: COOK, executorid: idOf(key), executortype: 'cook' } });
  await hand('approveexecutormsg', { colonyname: COLONY, executorname: COOK });
  return key;
}

/** What a cook makes of a function: what it puts out, or why it failed. */
export type Cooking = (nodename: string) => readonly string[] | { readonly errors: readonly string[] };

/** Does everything that waits for a cook, until nothing does. */
export async function cook(bench: ColonyBench, cooking: Cooking = (nodename) => [`${nodename} done`]): Promise<void> {
  const key = await cookThere(bench);
  for (;;) {
    const request = { colonyname: COLONY, count: 100, state: processState.waiting, executortype: 'cook', label: '', initiator: '' };
    const waiting = await bench.hand('getprocessesmsg', request, bench.keys.member);
    if (waiting.every(({ waitforparents }) => waitforparents)) return;
    const { processid, spec } = await bench.hand(
      'assignprocessmsg',
      { colonyname: COLONY, timeout: -1, availablecpu: '', availablemem: '' },
      key,
    );
    const cooked = cooking(spec.nodename);
    if ('errors' in cooked) await bench.hand('closefailedmsg', { processid, errors: cooked.errors }, key);
    else await bench.hand('closesuccessfulmsg', { processid, out: cooked }, key);
  }
}

/** A definition of a kind that somebody else has written; resolves with its handle. */
export async function standing({ hand }: ColonyBench, kind: string): Promise<string> {
  const handler = { executorType: 'keeper', functionName: 'reconcile' };
  const { blueprintdefinitionid } = await hand('addblueprintdefinitionmsg', {
    blueprintdefinition: { metadata: { name: `${kind.toLowerCase()}s`, colonyname: COLONY }, spec: { names: { kind }, handler } },
  });
  return blueprintdefinitionid;
}
