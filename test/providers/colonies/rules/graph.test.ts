import fc from 'fast-check';
import { graphFlaws, leavesOf, type GraphNode } from '../../../../src/providers/colonies/rules/graph.ts';
import { assert, group } from '../../../kit/group.ts';

const node = (name: string, ...needs: readonly string[]): GraphNode => ({ name, needs });

/** Kahn: what is left when nodes without open needs are taken away again and again. */
function isCyclic(nodes: readonly GraphNode[]): boolean {
  let left = nodes;
  for (;;) {
    const names = new Set(left.map(({ name }) => name));
    const next = left.filter(({ needs }) => needs.some((name) => names.has(name)));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((n) => fc.array(fc.uniqueArray(fc.integer({ min: 0, max: n - 1 }), { maxLength: 3 }), { minLength: n, maxLength: n }))
  .map((needs) => needs.map((some, i) => node(String(i), ...some.map(String))));

group('graphs of workflows', (test) => {
  test('a graph that the server can run has no flaw', () => {
    assert.equal(graphFlaws([]), []);
    assert.equal(graphFlaws([node('a'), node('b', 'a'), node('c', 'a', 'b')]), []);
  });

  test('names that are missing, double or unknown are told by their places', () => {
    assert.equal(graphFlaws([node('boil'), node(''), node('boil', 'boli'), node('chill', 'x')]), [
      { flaw: 'nameless', node: 1 },
      { flaw: 'double', node: 2, first: 0, name: 'boil' },
      { flaw: 'unknown', node: 2, need: 0, name: 'boli', near: 'boil' },
      { flaw: 'unknown', node: 3, need: 0, name: 'x' },
    ]);
  });

  test('each tangle of cycles is told once, from need to need', () => {
    assert.equal(graphFlaws([node('a', 'b'), node('b', 'c'), node('c', 'a'), node('self', 'self')]), [
      { flaw: 'cycle', nodes: [0, 1, 2] },
      { flaw: 'cycle', nodes: [3] },
    ]);
  });

  test('a cycle is told exactly where there is one, and is one', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const flaws = graphFlaws(nodes);
        assert.is(flaws.length > 0, isCyclic(nodes));
        const told = new Set<number>();
        for (const flaw of flaws) {
          if (flaw.flaw !== 'cycle') throw new Error(flaw.flaw);
          for (const [i, one] of flaw.nodes.entries()) {
            const next = flaw.nodes[(i + 1) % flaw.nodes.length];
            assert.ok(nodes[one]?.needs.includes(String(next)));
            assert.not(told.has(one));
            told.add(one);
          }
        }
      }),
    );
  });

  test('a long chain is no deep recursion', () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => node(String(i), String(i + 1)));
    assert.equal(graphFlaws([...chain, node('50000')]), []);
    assert.is(graphFlaws([...chain, node('50000', '0')]).length, 1);
  });

  test('the leaves are what nothing depends on', () => {
    assert.equal(leavesOf([node('a'), node('b', 'a'), node('c', 'a')]), ['b', 'c']);
  });
});
