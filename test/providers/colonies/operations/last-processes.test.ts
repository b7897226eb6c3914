import { Fault } from '../../../../src/core/diagnostic.ts';
import { lastProcesses } from '../../../../src/providers/colonies/operations/last-processes.ts';
import type { ColonyRead } from '../../../../src/providers/colonies/session.ts';
import { assert, group } from '../../../kit/group.ts';
import { faultOf } from '../../../kit/fault.ts';

const never = new AbortController().signal;

/** A server with so many processes, of which an answer holds so many. */
function holding(most: number, there: number): { readonly read: Pick<ColonyRead, 'ask' | 'colony'>; readonly asked: number[] } {
  const asked: number[] = [];
  const ask = (_type: string, { count }: { readonly count: number }): Promise<unknown> => {
    asked.push(count);
    const list = Array.from({ length: Math.min(count, there) }, (_, n) => ({ processid: String(n) }));
    if (list.length > most) return Promise.reject(new Fault({ code: 'BODY_TOO_LARGE', summary: 'the answer is too large' }));
    return Promise.resolve(list);
  };
  return { read: { ask: ask as unknown as ColonyRead['ask'], colony: 'dev' }, asked };
}

group('colonies: the last processes of a state', (test) => {
  test('are as many as an answer holds', async () => {
    for (const [most, there, found, cut, asked] of [
      [100, 7, 7, false, [100]],
      [100, 300, 100, true, [100]],
      [30, 300, 25, true, [100, 50, 25]],
      [1, 2, 1, true, [100, 50, 25, 12, 6, 3, 1]],
      [0, 2, 0, true, [100, 50, 25, 12, 6, 3, 1]],
    ] as const) {
      const server = holding(most, there);
      const last = await lastProcesses(server.read, { state: 2 }, never);
      assert.equal([last.list.length, last.cut, server.asked], [found, cut, asked]);
    }
  });

  test('are not asked for again where something else is wrong', async () => {
    const ask = (() => Promise.reject(new Fault({ code: 'CONNECT_REFUSED', summary: 'x' }))) as unknown as ColonyRead['ask'];
    assert.is((await faultOf(lastProcesses({ ask, colony: 'dev' }, { state: 2 }, never))).code, 'CONNECT_REFUSED');
  });
});
