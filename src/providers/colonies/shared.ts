import { interrupted } from '../transport/interrupted.ts';

/** One answer for all who ask while the question is under way; who asks later asks anew. */
export interface Shared<T> {
  /** Whoever is interrupted stops waiting, and the last one to do so ends the question itself. Throws what asking throws, and INTERRUPTED. */
  (signal: AbortSignal): Promise<T>;
  /** What is under way was asked before something changed: whoever comes from now on does not get its answer. */
  outdate(): void;
}

export function shared<T>(ask: (signal: AbortSignal) => Promise<T>): Shared<T> {
  let open: { readonly answer: Promise<T>; readonly stop: AbortController; waiting: number } | undefined;
  const answered = async (signal: AbortSignal): Promise<T> => {
    if (signal.aborted) throw interrupted(signal, 'no');
    if (open === undefined) {
      const stop = new AbortController();
      const mine = { answer: ask(stop.signal), stop, waiting: 0 };
      open = mine;
      const done = (): void => {
        if (open === mine) open = undefined;
      };
      mine.answer.then(done, done);
    }
    const question = open;
    question.waiting += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(interrupted(signal, 'no'));
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([question.answer, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      question.waiting -= 1;
      if (question.waiting === 0) {
        question.stop.abort();
        if (open === question) open = undefined;
      }
    }
  };
  return Object.assign(answered, { outdate: () => void (open = undefined) });
}
