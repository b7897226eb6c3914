import { background } from './cli/session.ts';
import type { Plant } from './cresco-stories.ts';
import { ENV, flowing, pipeline, plant, plugin } from './cresco-stories.ts';
import { assert, group } from './kit/group.ts';

const files = (rate: number): Readonly<Record<string, string>> => ({
  'manifests/line.yaml': pipeline(rate),
  'manifests/panel.yaml': plugin('panel', { rate }),
});

/** Until nothing is on its way on the fabric any more. */
async function rest({ there }: Plant): Promise<void> {
  while ((await there()).some((one) => / [34]$/.test(one))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** One of each, active, and nothing left to do. */
async function converged(p: Plant): Promise<void> {
  assert.match(await p.ends('plan --exit-code', 0), /^In step: 3 resources/);
  assert.equal(await p.there(), ['dp/pi-1 node 10', 'dp/pi-1 panel 10', 'dp/pi-2 node 10', 'telemetry 10']);
}

group('a Cresco apply that ends in the middle', (test) => {
  const moments = [
    /begin {2}cresco\/Pipeline\/telemetry {2}create/,
    /done {3}cresco\/Pipeline\/telemetry {2}create/,
    /begin {2}cresco\/Plugin\/panel {2}create/,
    /ready {2}cresco\/Pipeline\/telemetry/,
    /begin {2}cresco\/Pipeline\/telemetry {2}delete old/,
  ];
  for (const moment of moments) {
    test(
      `killed where it says "${moment.source.replaceAll(' {2}', ' ').replaceAll(' {3}', ' ').replaceAll('\\', '')}": nothing is there twice, and what works stays until its successor does`,
      () =>
        plant(
          files(10),
          async (p) => {
            await p.ends('apply --yes --wait', 0);
            p.write(files(20));
            const run = background(['apply', '--yes'], { cwd: p.folder, env: ENV });
            await run.until(moment);
            await run.end('SIGKILL');
            assert.ok((await p.there()).includes('telemetry 10'), 'one that works is there all the time');
            await p.ends('apply --yes', 0);
            assert.ok((await p.there()).includes('telemetry 10'));
            await rest(p);
            await p.ends('apply --yes', 0);
            await converged(p);
          },
          { pace: 0.2 },
        ),
      { seconds: 60 },
    );
  }

  test(
    'because an agent is lost: the old pipeline stays, nothing is judged meanwhile, and all is well when the agent is back',
    () =>
      plant(
        files(10),
        async (p) => {
          await p.ends('apply --yes --wait', 0);
          p.write(files(20));
          await p.ends('plan -o later.json', 0);
          await p.control('lose-agent', { agent: 'dp/pi-2' });
          assert.match(flowing(await p.ends('apply --yes later.json', 1)), /the fabric has no healthy agent dp\/pi-2/);
          assert.ok((await p.there()).includes('telemetry 10'));
          await p.ends('apply --yes', 6);
          await p.control('find-agent', { agent: 'dp/pi-2' });
          await p.ends('apply --yes', 0);
          await converged(p);
        },
        { pace: 0.2 },
      ),
    { seconds: 60 },
  );

  test(
    'because the server restarts: it goes on when that is back',
    () =>
      plant(
        files(10),
        async (p) => {
          await p.ends('apply --yes --wait', 0);
          p.write(files(20));
          const run = background(['apply', '--yes'], { cwd: p.folder, env: ENV });
          await run.until(/done {3}cresco\/Pipeline\/telemetry {2}create/);
          await p.control('restart');
          await run.ended;
          await rest(p);
          await p.ends('apply --yes', 0);
          await converged(p);
        },
        { pace: 0.2 },
      ),
    { seconds: 60 },
  );
});

group('pipelines that do not come up', (test) => {
  for (const at of ['40', '50'] as const) {
    test(
      `a new one at ${at} fails the apply and leaves the old one; the next apply takes both away`,
      () =>
        plant(
          files(10),
          async (p) => {
            await p.ends('apply --yes --wait', 0);
            p.write({ 'manifests/line.yaml': pipeline(20) });
            await (at === '40' ? p.control('stick-pipeline', { at }) : p.control('fail-start'));
            assert.match(flowing(await p.ends('apply --yes', 1)), new RegExp(`status ${at}`));
            assert.ok((await p.there()).includes('telemetry 10'));
            await p.ends('apply --yes', 0);
            await converged(p);
          },
          { pace: 0.2 },
        ),
      { seconds: 60 },
    );
  }
});

group('two applies of one project to one fabric', (test) => {
  test(
    'one writes, the other is told who does',
    () =>
      plant(
        files(10),
        async (p) => {
          const first = background(['apply', '--yes'], { cwd: p.folder, env: ENV });
          await first.until(/begin {2}cresco/);
          const { code, out, err } = await p.binary('apply --yes');
          if (code !== 0) assert.match(`${code} ${out}${err}`, /^4 [^]*LEASE_HELD/);
          assert.is(await first.ended, 0, first.said());
          await rest(p);
          await converged(p);
        },
        { pace: 0.5 },
      ),
    { seconds: 60 },
  );
});
