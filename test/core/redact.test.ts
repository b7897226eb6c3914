import fc from 'fast-check';
import { REDACTED, redactor } from '../../src/core/redact.ts';
import { formsOf } from '../../src/core/secret-forms.ts';
import { assert, group } from '../kit/group.ts';

const encode = (text: string, as: BufferEncoding = 'base64'): string => Buffer.from(text, 'utf8').toString(as);
/** As a person would choose it, and as a program would: anything at all. */
const secret = fc.oneof(fc.stringMatching(/^[A-Za-z0-9+/=_.-]{6,40}$/), fc.string({ minLength: 6, maxLength: 40, unit: 'binary' }));
const around = fc.string({ maxLength: 12, unit: 'binary' });

/** What peers and clients make of a text that holds a secret. */
const WAYS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => encode(text),
  base64url: (text) => encode(text, 'base64url'),
  'base64 in a URL': (text) => encodeURIComponent(encode(text)),
  'a path': (text) => encodeURIComponent(text),
  'a path in lower case': (text) => encodeURIComponent(text).replaceAll(/%../g, (byte) => byte.toLowerCase()),
  'a query': (text) => new URLSearchParams({ q: text }).toString(),
  JSON: (text) => JSON.stringify({ q: text }),
  'JSON in JSON': (text) => JSON.stringify({ q: JSON.stringify({ q: text }) }),
};

group('redaction', (test) => {
  test('Authorization: Basic, whatever the user is called', () => {
    for (const user of ['', 'a', 'ab', 'abc', 'operator']) {
      const redact = redactor();
      redact.add('hunter2-hunter2');
      const told = redact.text(`refused: Authorization: Basic ${encode(`${user}:hunter2-hunter2`)} (401)`);
      assert.ok(told.includes(REDACTED) && told.startsWith('refused: Authorization: Basic ') && told.endsWith(' (401)'), told);
      const left = Buffer.from(told.slice(30).replace(REDACTED, '').replace(' (401)', ''), 'base64').toString('latin1');
      assert.not.match(left, /unter2|hunter/);
    }
  });

  for (const [way, made] of Object.entries(WAYS)) {
    test(`takes a secret out of ${way}, wherever it stands, and nothing of it can be read any more`, () => {
      fc.assert(
        fc.property(secret, around, around, (value, before, after) => {
          const sent = Buffer.from(value, 'utf8').toString('utf8');
          const redact = redactor();
          redact.add(value);
          const told = redact.text(made(before + sent + after));
          assert.ok(told.includes(REDACTED), told);
          for (const form of formsOf(value)) assert.not.ok(told.replaceAll(REDACTED, '\0').includes(form), form);
        }),
      );
    });
  }

  test('leaves a text without secrets as it is', () => {
    const redact = redactor();
    redact.add('hunter2-hunter2');
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        assert.is(redact.text(text), text);
      }),
    );
  });

  test('secrets that overlap go whole', () => {
    const redact = redactor();
    for (const one of ['abcdefgh', 'efghijkl', 'bcdefg']) redact.add(one);
    assert.is(redact.text('<abcdefghijkl> <abcdefgh> <bcdefg>'), `<${REDACTED}> <${REDACTED}> <${REDACTED}>`);
  });

  test('what is too short to be told from a word is left', () => {
    const redact = redactor();
    redact.add('pump');
    assert.is(redact.text('the pump is on'), 'the pump is on');
  });

  test('reaches what a system says of its objects, in a plan and in what is told of waiting', () => {
    const redact = redactor();
    redact.add('tap-room-key');
    const said = 'it was refused: tap-room-key';
    const change = { id: 'a/b/C/d', action: 'none', reason: 'in-step', differences: [], effects: [], risk: 'none', failing: said } as const;
    const run = { hash: '', outcome: 'done', result: ['tap-room-key'] } as const;
    const expect = { handle: 'h', owned: '' };
    const common = { n: 0, id: change.id, kind: 'b/C', after: [], ready: [], want: {}, needs: [], lifecycle: {}, shape: 'b/C.v1' } as const;
    const ended = { ...common, verb: 'record', handle: 'h', expect, run } as const;
    const plan = redact.plan({
      format: 1,
      digest: '',
      made: '2026-11-22T10:20:00.000Z',
      environment: '',
      sandbox: false,
      targets: {},
      changes: [change],
      steps: [ended],
      evidence: [],
      deferred: [],
      problems: [],
      inStep: 0,
      total: 1,
    });
    assert.is(plan.changes[0]?.failing, `it was refused: ${REDACTED}`);
    assert.equal(plan.steps, [{ ...ended, run: { ...run, result: [REDACTED] } }]);
    const fault = { code: 'NOT_READY', severity: 'error', summary: said } as const;
    assert.not.match(JSON.stringify(redact.event({ at: plan.made, type: 'unready', id: change.id, fault })), /tap-room-key/);
  });
});
