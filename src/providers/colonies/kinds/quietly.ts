import { Fault } from '../../../core/diagnostic.ts';

/** What was asked for; undefined where there is no such thing. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Fault && error.code === 'COLONIES_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A removal that is done where there is nothing to remove. */
export const quietly = async (removal: Promise<unknown>): Promise<void> => void (await ifThere(removal));
