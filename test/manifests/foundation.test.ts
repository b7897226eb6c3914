import type { Need, Resource } from '../../src/core/resource.ts';
import { onFoundation } from '../../src/manifests/foundation.ts';
import { assert, group } from '../kit/group.ts';

const resource = (id: string, needs: readonly string[] = []): Resource => {
  const [target = '', group = '', word = '', name = ''] = id.split('/');
  const ref = { kind: `${group}/${word}`, by: 'handle', wait: 'ready', onReplace: 'recreate', onRemove: 'cascades' } as const;
  return {
    id,
    kind: `${group}/${word}`,
    version: 'v1',
    target,
    name,
    spec: {},
    needs: needs.map((other): Need => ({ id: other, at: '/on', ref })),
    lifecycle: {},
    labels: {},
    was: [],
    origin: { file: 'all.yaml', line: 1, document: 0 },
  };
};
const RANKS: Readonly<Record<string, number>> = { 'demo/Ground': 0, 'demo/Door': 5 };
const resting = (...all: readonly Resource[]): ReadonlyMap<string, Resource> =>
  onFoundation(new Map(all.map((one) => [one.id, one])), ({ kind }) => RANKS[kind]);
const needsOf = (all: ReadonlyMap<string, Resource>, id: string): readonly string[] => all.get(id)?.needs.map((need) => need.id) ?? [];

group('what a target rests on', (test) => {
  test('is needed by everything above it, on its own target alone', () => {
    const all = resting(resource('a/demo/Box/one'), resource('a/demo/Door/in'), resource('a/demo/Ground/soil'), resource('b/demo/Box/two'));
    assert.equal(needsOf(all, 'a/demo/Box/one'), ['a/demo/Door/in', 'a/demo/Ground/soil']);
    assert.equal(needsOf(all, 'a/demo/Door/in'), ['a/demo/Ground/soil']);
    assert.equal(needsOf(all, 'a/demo/Ground/soil'), []);
    assert.equal(needsOf(all, 'b/demo/Box/two'), []);
    assert.equal(all.get('a/demo/Box/one')?.needs[0]?.at, '');
  });

  test('is needed once: a reference that says more stays what it is, and a detour does not count', () => {
    const all = resting(
      resource('a/demo/Ground/soil'),
      resource('a/demo/Box/near', ['a/demo/Ground/soil']),
      resource('a/demo/Box/far', ['a/demo/Box/near']),
    );
    assert.equal(
      all.get('a/demo/Box/near')?.needs.map(({ at }) => at),
      ['/on'],
    );
    assert.equal(needsOf(all, 'a/demo/Box/far'), ['a/demo/Box/near', 'a/demo/Ground/soil']);
  });

  test('costs one list for all that need nothing else', () => {
    const boxes = Array.from({ length: 5000 }, (_, i) => resource(`a/demo/Box/${i}`));
    const all = resting(resource('a/demo/Ground/soil'), resource('a/demo/Door/in'), ...boxes);
    assert.is(new Set(boxes.map(({ id }) => all.get(id)?.needs)).size, 1);
  });

  test('costs one list a rank where a target rests on many', () => {
    const doors = Array.from({ length: 5000 }, (_, i) => resource(`a/demo/Door/${i}`));
    const all = resting(resource('a/demo/Ground/soil'), ...doors);
    assert.is(new Set(doors.map(({ id }) => all.get(id)?.needs)).size, 1);
    assert.equal(needsOf(all, 'a/demo/Door/7'), ['a/demo/Ground/soil']);
  });

  test('changes nothing where there is no such kind', () => {
    const given = new Map([['a/demo/Box/one', resource('a/demo/Box/one')]]);
    assert.is(
      onFoundation(given, () => undefined),
      given,
    );
  });
});
