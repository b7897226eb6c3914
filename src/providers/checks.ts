import { Fault } from '../core/diagnostic.ts';

/** One thing that was looked at; what is wrong says what to do. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
}

/** What was found, or why it could not be looked at. */
export async function attempt<T>(name: string, look: () => Promise<T>): Promise<{ readonly found: T } | { readonly finding: Check }> {
  try {
    return { found: await look() };
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'INTERRUPTED') throw error;
    const { summary, hint } = error.diagnostic;
    return { finding: { name, ok: false, message: hint === undefined ? `${summary}.` : `${summary}. ${hint}` } };
  }
}
