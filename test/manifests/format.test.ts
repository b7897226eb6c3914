import fc from 'fast-check';
import { Fault } from '../../src/core/diagnostic.ts';
import { format } from '../../src/manifests/format.ts';
import { readPages } from '../../src/manifests/read.ts';
import { assert, group } from '../kit/group.ts';
import { mutate, mutation, yamlText } from './arbitrary-yaml.ts';
import { corpus } from './corpus.ts';

const says = (text: string): string =>
  JSON.stringify(
    readPages({ file: 'f.yaml', text }).pages.map(({ value, lexical }) => [value, [...lexical].sort()]),
    (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
        : value,
  );

/** Formatting keeps what a text says and is done after once. */
const law = (text: string): void => {
  if (readPages({ file: 'f.yaml', text }).diagnostics.length > 0) return;
  const once = format(text);
  assert.is(says(once), says(text));
  assert.is(format(once), once);
  assert.ok(once === '' || once.endsWith('\n') || text.includes('\r'));
};

const comments = (text: string): string[] => (text.match(/(?<=^|\s)#.*$/gm) ?? []).map((comment) => comment.trimEnd()).sort();

group('format', (test) => {
  test('two spaces a level, lists too, the head of a manifest first, comments where they were', () => {
    const text = `# the cellar

---
spec:
    setpoint: 17.0     # °C
    # both bands
    bands:
    - low:   16.5
      # of the day
      high: 1e1


    -
      low: 1
    # under the bands
    note: >-
          folded
            deeper

          text
    list: [ a,
       b ]
    text: "one
      two"
# who it is
kind: Config    # its kind
metadata: {name: zone}
apiVersion: confhoard/v1
lifecycle:
      # deeper
      protect: true
      # the end of it
# the end
...
---


b: 2
---
`;
    assert.is(
      format(text),
      `# the cellar
---
apiVersion: confhoard/v1
# who it is
kind: Config    # its kind
metadata: {name: zone}
spec:
  setpoint: 17.0     # °C
  # both bands
  bands:
    - low: 16.5
      # of the day
      high: 1e1

    - low: 1
  # under the bands
  note: >-
    folded
      deeper

    text
  list: [ a,
     b ]
  text: "one
    two"
lifecycle:
  # deeper
  protect: true
  # the end of it
# the end
---
b: 2
---
`,
    );
  });

  test('comments that stand for fields stay inside', () => {
    const text = 'a: {}\n  # b: 1\n\nc:\n- d\n  # e\n# f\ng:\n';
    assert.is(format(text), 'a: {}\n  # b: 1\n\nc:\n  - d\n    # e\n# f\ng:\n');
  });

  test('line ends, byte order mark, empty lines at both ends, a file of comments', () => {
    assert.is(format('\ufeff\r\n\r\na: 1  \r\nb: |\r\n    x\r\n\r\n\r\n'), 'a: 1\nb: |\n  x\n');
    assert.is(format(''), '');
    assert.is(format('\n\n'), '');
    assert.is(format('# only\n\n'), '# only\n');
  });

  test('anchors keep their order, forms we do not lay out stay as they are', () => {
    const anchors = 'x: &a\n    y: 1\nkind: K\napiVersion: *a';
    assert.is(format(anchors), 'x: &a\n  y: 1\nkind: K\napiVersion: *a\n');
    for (const same of [
      'a: 1\n...\n%YAML 1.2\n',
      '%YAML 1.2\n---\na:\n    b: 1\n',
      '? a\n:   b\n',
      '--- |\n    text\n',
      'a:\n    b: |2\n          c\n',
    ])
      assert.is(format(same), same);
  });

  test('text that cannot be read is a fault', () => {
    assert.throws(
      () => format('a: 1\na: 2\n'),
      (error: unknown) => error instanceof Fault && error.code === 'YAML_DUPLICATE_KEY',
    );
  });

  test('the law, on real files; no comment is lost and what is in form stays', () => {
    for (const { name, text } of corpus) {
      law(text);
      assert.equal(comments(format(text)), comments(text), name);
    }
    for (const name of ['setpoint-pipeline.yaml', 'setpoint-jobs.yaml', 'github-workflow.yaml', 'compose.yaml']) {
      const text = corpus.find((file) => file.name === name)?.text;
      assert.is(format(text ?? ''), text);
    }
  });

  test('the law, on real files with something changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.array(mutation, { minLength: 1, maxLength: 3 }), ({ text }, mutations) =>
        law(mutations.reduce(mutate, text)),
      ),
      { numRuns: 600 },
    );
  });

  test('the law, on generated text', () => {
    fc.assert(fc.property(yamlText, law), { numRuns: 3000 });
  });
});
