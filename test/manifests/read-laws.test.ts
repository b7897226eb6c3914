import { assert, group } from '../kit/group.ts';
import { corpus } from './corpus.ts';
import { bothReaders, disagreement } from './oracle.ts';
import { generatedTextLaw, mutatedCorpusLaw } from './reader-laws.ts';

group('the fast reader and yaml agree', (test) => {
  test('on generated text', () => generatedTextLaw(2500));
  test('on real files with something changed', () => mutatedCorpusLaw(800));

  for (const { name, text } of corpus) test(`on ${name}`, () => assert.is(disagreement(text), undefined));

  test('and the fast one reads what people mostly write', () => {
    const slow = corpus.filter(({ text }) => bothReaders(text).some(({ plain }) => plain === undefined)).map(({ name }) => name);
    assert.equal(slow, ['anchors-and-tags.yaml', 'compose.yaml', 'kubernetes-configmap.yaml', 'multi-line-scalars.yaml']);
  });
});
