import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Observed } from '../../src/core/resource.ts';
import type { Sighting } from '../../src/providers/contract.ts';
import type { Asked } from '../../src/reconcile/match.ts';
import { match } from '../../src/reconcile/match.ts';
import { assert, group } from '../kit/group.ts';

const silence: Diagnostic = { code: 'SILENCE', severity: 'error', summary: 'nobody spoke of it' };
const broken: Diagnostic = { code: 'HTTP_500', severity: 'error', summary: 'the server answered 500' };

interface Known {
  readonly handle?: string;
  readonly key?: string | null;
  readonly replaced?: readonly string[];
}

const asked = (name: string, { handle, key = name, replaced }: Known = {}): Asked => ({
  subject: {
    id: `bench/scripted/Box/${name}`,
    target: 'bench',
    kind: 'scripted/Box',
    name,
    needs: [],
    ...(handle === undefined ? {} : { handle }),
    ...(replaced === undefined ? {} : { replaced }),
  },
  ...(key === null ? {} : { key }),
});
const live = (handle: string, more: Partial<Sighting<object> & { readonly seen: 'live' }> = {}): Sighting<object> => ({
  seen: 'live',
  handle,
  spec: {},
  ...more,
});

/** `name: what was found`, so that a row of the table reads as one line. */
const told = (seen: Observed | undefined): string =>
  seen === undefined ? 'nothing' : seen.seen === 'live' ? `live ${seen.handle}` : seen.seen === 'unknown' ? seen.fault.code : 'absent';

interface Row {
  readonly says: string;
  readonly asked: readonly Asked[];
  readonly sightings: readonly Sighting<object>[];
  readonly answers: Readonly<Record<string, string>>;
  readonly strangers?: readonly string[];
}

const rows: readonly Row[] = [
  {
    says: 'a sighting that names the id answers it, whatever handle and key it has',
    asked: [asked('a', { handle: 'h1' }), asked('b', { handle: 'h2' })],
    sightings: [live('h2', { id: 'bench/scripted/Box/a', key: 'b' })],
    answers: { a: 'live h2', b: 'SILENCE' },
  },
  {
    says: 'an id that nobody asked about counts for nothing: the handle decides',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [live('h1', { id: 'bench/scripted/Box/other' })],
    answers: { a: 'live h1' },
  },
  {
    says: 'the recorded handle is stronger than the natural key',
    asked: [asked('a', { handle: 'h1' }), asked('b')],
    sightings: [live('h1', { key: 'b' })],
    answers: { a: 'live h1', b: 'SILENCE' },
  },
  {
    says: 'the natural key is enough where nothing is recorded',
    asked: [asked('a')],
    sightings: [live('h1', { key: 'a' })],
    answers: { a: 'live h1' },
  },
  {
    says: 'what matches nobody is a stranger, and answers nothing',
    asked: [asked('a')],
    sightings: [live('h9', { key: 'z' })],
    answers: { a: 'SILENCE' },
    strangers: ['h9'],
  },
  {
    says: 'two live objects that match one resource are an error, not a choice',
    asked: [asked('a')],
    sightings: [live('h1', { key: 'a' }), live('h2', { key: 'a' })],
    answers: { a: 'MATCHED_TWICE' },
  },
  {
    says: 'a third one does not make it good again',
    asked: [asked('a')],
    sightings: [live('h1', { key: 'a' }), live('h2', { key: 'a' }), live('h3', { key: 'a' })],
    answers: { a: 'MATCHED_TWICE' },
  },
  {
    says: '… nor does one of them that is shown again',
    asked: [asked('a')],
    sightings: [live('h1', { key: 'a' }), live('h2', { key: 'a' }), live('h1', { key: 'a' })],
    answers: { a: 'MATCHED_TWICE' },
  },
  {
    says: 'beside the object with our handle, one that bears its name is a stranger',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [live('h2', { key: 'a' }), live('h1', { key: 'a' })],
    answers: { a: 'live h1' },
    strangers: ['h2'],
  },
  {
    says: '… whichever of the two came first',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [live('h1', { key: 'a' }), live('h2', { key: 'a' }), live('h3', { key: 'a' })],
    answers: { a: 'live h1' },
    strangers: ['h2', 'h3'],
  },
  {
    says: 'what was replaced and still stands under the name is not the new one',
    asked: [asked('a', { replaced: ['h1'] })],
    sightings: [live('h1', { key: 'a' }), live('h2', { key: 'a' })],
    answers: { a: 'live h2' },
    strangers: ['h1'],
  },
  {
    says: '… and is the answer where there is no new one: something does stand there',
    asked: [asked('a', { replaced: ['h1'] })],
    sightings: [live('h1', { key: 'a' })],
    answers: { a: 'live h1' },
  },
  {
    says: 'one object that is shown on two pages is one object',
    asked: [asked('a')],
    sightings: [live('h1', { key: 'a', revision: '1' }), live('h1', { key: 'a', revision: '2' })],
    answers: { a: 'live h1' },
  },
  {
    says: 'silence is unknown, never absent',
    asked: [asked('a', { handle: 'h1' }), asked('b')],
    sightings: [{ seen: 'end', strangers: 'all' }],
    answers: { a: 'SILENCE', b: 'SILENCE' },
  },
  {
    says: 'absent is what the system says is absent',
    asked: [asked('a', { handle: 'h1' }), asked('b')],
    sightings: [
      { seen: 'absent', handle: 'h1' },
      { seen: 'absent', key: 'b' },
    ],
    answers: { a: 'absent', b: 'absent' },
  },
  {
    says: 'ours is gone and another one stands under its name: the live one is the answer',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [{ seen: 'absent', handle: 'h1' }, live('h2', { key: 'a' })],
    answers: { a: 'live h2' },
  },
  {
    says: '… whichever of the two came first',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [live('h2', { key: 'a' }), { seen: 'absent', handle: 'h1' }],
    answers: { a: 'live h2' },
  },
  {
    says: 'an error about one object says nothing about the others',
    asked: [asked('a', { handle: 'h1' }), asked('b', { handle: 'h2' })],
    sightings: [{ seen: 'unknown', handle: 'h1', fault: broken }, live('h2')],
    answers: { a: 'HTTP_500', b: 'live h2' },
  },
  {
    says: 'an error after an absence takes the absence back',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [
      { seen: 'absent', handle: 'h1' },
      { seen: 'unknown', handle: 'h1', fault: broken },
    ],
    answers: { a: 'HTTP_500' },
  },
  {
    says: 'an error before an absence is not healed by it: something of it could not be read',
    asked: [asked('a', { handle: 'h1' })],
    sightings: [
      { seen: 'unknown', handle: 'h1', fault: broken },
      { seen: 'absent', handle: 'h1' },
    ],
    answers: { a: 'HTTP_500' },
  },
];

group('matching sightings to resources', (test) => {
  for (const { says, asked: questions, sightings, answers, strangers = [] } of rows) {
    test(says, () => {
      const matched = match(questions, sightings, silence);
      const found = Object.fromEntries(questions.map(({ subject }) => [subject.name, told(matched.answers.get(subject.id))]));
      assert.equal(found, answers);
      assert.equal(
        matched.strangers.map(({ handle }) => handle),
        strangers,
      );
    });
  }

  test('a ready object with no status is what a kind means that says nothing of them', () => {
    const { answers } = match([asked('a')], [live('h1', { key: 'a' })], silence);
    assert.equal(answers.get('bench/scripted/Box/a'), {
      seen: 'live',
      handle: 'h1',
      key: 'a',
      spec: {},
      status: {},
      readiness: { state: 'ready' },
    });
  });
});
