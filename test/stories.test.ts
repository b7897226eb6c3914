import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyExample, inFolder, root, setpoint, steady } from './kit/binary.ts';
import { assert, group } from './kit/group.ts';

const stories = readdirSync(join(root, 'examples/manifests')).sort();

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
          const plan = await setpoint(['plan', '--exit-code'], { cwd: folder });
          assert.is(plan.code, 2, plan.out + plan.err);
          same('plan.txt', plan.out);
          const apply = await setpoint(['apply', '--yes'], { cwd: folder });
          assert.is(apply.code, 0, apply.out + apply.err);
          // Independent steps end in any order: what is compared is which of them there were.
          same('apply.txt', apply.out.slice(apply.out.indexOf('Apply exactly this')).split('\n').sort().join('\n'));
          const second = await setpoint(['plan', '--exit-code'], { cwd: folder });
          assert.is(second.code, 0, second.out + second.err);
          same('second.txt', second.out);
        }),
      { seconds: 60 },
    );
  }
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
