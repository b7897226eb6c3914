import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKey } from '../../../../src/providers/colonies/client/index.ts';
import { interrupts, keptKey } from '../../../../src/providers/colonies/executor/index.ts';
import { inFolder } from '../../../kit/binary.ts';
import { faultOf } from '../../../kit/fault.ts';
import { assert, group } from '../../../kit/group.ts';

group('a key that is kept in a file', (test) => {
  test('is made once, for its owner alone, also by two at a time', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'keys', 'mine.key');
      const keys = await Promise.all([keptKey(path), keptKey(path), keptKey(path)]);
      assert.is(new Set([...keys, await keptKey(path)]).size, 1);
      assert.is(readFileSync(path, 'utf8'), `${keys[0]}\n`);
      assert.is(statSync(path).mode & 0o777, 0o600);
      assert.equal(readdirSync(join(folder, 'keys')), ['mine.key']);
    }));

  test('is whatever key the file has, and nothing else', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'mine.key');
      const key = newKey();
      writeFileSync(path, `${key}\n`);
      assert.is(await keptKey(path), key);
      writeFileSync(path, 'hello');
      assert.is((await faultOf(keptKey(path))).code, 'COLONIES_KEY');
      assert.is(readFileSync(path, 'utf8'), 'hello');
    }));
});

group('interrupts', (test) => {
  test('the first stops, the second aborts, the third is the process’s own; one press that comes twice is one', async () => {
    const process = new EventEmitter();
    const { signal, abort } = interrupts(process, () => now);
    let now = 0;
    const press = (event: string): boolean => process.emit(event);
    press('SIGINT');
    press('SIGINT');
    assert.equal([signal.aborted, abort.aborted], [true, false]);
    now += 1000;
    press('SIGTERM');
    assert.equal([signal.aborted, abort.aborted], [true, true]);
    assert.equal([press('SIGINT'), press('SIGTERM')], [false, false]);
  });
});
