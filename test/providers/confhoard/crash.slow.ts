import { group } from '../../kit/group.ts';
import { crashBench } from './crash-bench.ts';

/** Processes wait for the disk most of the time. */
const AT_ONCE = 6;

async function each(points: readonly number[], body: (at: number) => Promise<void>): Promise<void> {
  const left = [...points];
  const worker = async (): Promise<void> => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) await body(at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

group('datastore: killed at every write', (test) => {
  for (const mode of ['kill', 'kill-after', 'short-write']) {
    test(
      `${mode}: all of a commit or nothing, and everybody can go on`,
      async () => {
        const bench = await crashBench();
        const points = [...(await bench.operations()).entries()];
        const tried = points.filter(([, line]) => mode !== 'short-write' || / write /.test(line));
        await each(
          tried.map(([i]) => i + 1),
          (at) => bench.kill(at, mode),
        );
        await bench.close();
      },
      { seconds: 600 },
    );
  }
  test(
    'a full disk: nothing is half written',
    async () => {
      const bench = await crashBench();
      const { length } = await bench.operations();
      await each(
        Array.from({ length }, (_, i) => i + 1),
        (at) => bench.full(at),
      );
      await bench.close();
    },
    { seconds: 600 },
  );
});
