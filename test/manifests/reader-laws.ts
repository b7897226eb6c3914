import fc from 'fast-check';
import { mutate, mutation, yamlText } from './arbitrary-yaml.ts';
import { corpus } from './corpus.ts';
import { disagreement } from './oracle.ts';

const agree = (text: string): void => {
  const why = disagreement(text);
  if (why !== undefined) throw new Error(why);
};

/** Both readers, and `yaml` on the whole file by itself, say the same of generated text. */
export const generatedTextLaw = (runs: number): void => fc.assert(fc.property(yamlText, agree), { numRuns: runs });

/** The same for real files with up to four things changed in them. */
export const mutatedCorpusLaw = (runs: number): void =>
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(mutation, { minLength: 1, maxLength: 4 }), ({ text }, mutations) =>
      agree(mutations.reduce(mutate, text)),
    ),
    { numRuns: runs },
  );
