import { isLevel, levelFor, passes } from '../../../../src/providers/cresco/sandbox/log-levels.ts';
import type { Level } from '../../../../src/providers/cresco/sandbox/log-levels.ts';
import { assert, group } from '../../../kit/group.ts';
import { captured } from './captured.ts';

group('which log level is in force', (test) => {
  for (const { session_default: session, class_levels: classes, logid, effective } of captured.log_level_resolution) {
    test(`${logid} with ${session ?? 'no default'} and ${JSON.stringify(classes)}`, () => {
      const levels = {
        ...(session === null ? {} : { session: session as Level }),
        classes: new Map(Object.entries(classes) as [string, Level][]),
      };
      assert.is(levelFor(levels, logid), effective);
    });
  }

  test('a level lets itself and what is graver through; None lets nothing', () => {
    assert.ok(passes('Error', 'Info') && passes('Info', 'Info') && !passes('Debug', 'Info') && !passes('Error', 'None'));
  });

  test('levels are case-sensitive', () => assert.ok(isLevel('Trace') && !isLevel('trace')));
});
