import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyExample, inFolder, root, setpoint, steady } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const stories = readdirSync(join(root, 'examples/manifests')).sort();
/** On systems that are inside of setpoint: the others are stood in for. */
const EMBEDDED: ReadonlySet<string> = new Set(['quickstart']);
/** How often is looked until something is ready is a question of time. */
const withoutWaits = (text: string): string => text.replaceAll(/^<clock> (?:wait|ready) .*\n(?: .*\n)*/gm, '');

/** Each folder of examples/manifests, through the real binary: what it plans, what it does, and that a second plan is empty. */
group('stories', (test) => {
  for (const story of stories) {
    test(
      `${story} plans, applies, and has nothing left to do`,
      () =>
        inFolder(async (folder) => {
          copyExample(story, folder);
          const same = (name: string, text: string): void =>
            compare(join('examples/manifests', story, 'expected', name), steady(text, folder));
          const where = EMBEDDED.has(story) ? [] : ['--sandbox'];
          const plan = await setpoint(['plan', '--exit-code', ...where], { cwd: folder });
          assert.is(plan.code, 2, plan.out + plan.err);
          same('plan.txt', plan.out);
          const apply = await setpoint(['apply', '--yes', ...where], { cwd: folder });
          assert.is(apply.code, 0, apply.out + apply.err);
          // Independent steps end in any order: what is compared is which of them there were.
          const done = withoutWaits(steady(apply.out.slice(apply.out.indexOf('Apply exactly this')), folder));
          same('apply.txt', done.split('\n').sort().join('\n'));
          const second = await setpoint(['plan', '--exit-code', ...where], { cwd: folder });
          assert.is(second.code, 0, second.out + second.err);
          same('second.txt', second.out);
          const status = await setpoint(['status', ...where], { cwd: folder });
          assert.match(status.out, /In step|in step$/m);
          assert.not.match(status.out, /waits?\b/);
        }),
      { seconds: 60 },
    );
  }

  test('the JARs of cresco-telemetry are those that its script makes', () =>
    inFolder(async (folder) => {
      copyExample('cresco-telemetry', folder);
      const jars = join(folder, 'jars');
      const written = (): ReadonlyMap<string, string> =>
        new Map(readdirSync(jars).flatMap((name) => (name.endsWith('.jar') ? [[name, readFileSync(join(jars, name), 'hex')]] : [])));
      const shipped = written();
      for (const name of shipped.keys()) rmSync(join(jars, name));
      execFileSync(process.execPath, [join(jars, 'make.mjs')]);
      assert.ok(shipped.size > 0);
      assert.equal(written(), shipped);
      return Promise.resolve();
    }));
});

/** ACCEPT=1 writes what was printed; otherwise it has to be what stands there. */
function compare(path: string, actual: string): void {
  const file = join(root, path);
  if (process.env.ACCEPT === '1') {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.ok(existsSync(file), `${path} is missing: read the output, then ACCEPT=1`);
  assert.fixture(actual, readFileSync(file, 'utf8'), path);
}
