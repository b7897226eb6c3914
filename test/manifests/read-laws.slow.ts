import { group } from '../kit/group.ts';
import { generatedTextLaw, mutatedCorpusLaw } from './reader-laws.ts';

group('the fast reader and yaml agree, at length', (test) => {
  test('on generated text', () => generatedTextLaw(150_000), { seconds: 600 });
  test('on real files with something changed', () => mutatedCorpusLaw(30_000), { seconds: 600 });
});
