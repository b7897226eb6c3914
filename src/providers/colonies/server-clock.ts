import type { Call } from '../contract.ts';
import { httpClient } from '../transport/http.ts';

/** The header that tells the server's time counts whole seconds. */
const WHOLE_SECOND_MS = 1_000;

/**
 * By how many milliseconds the server's clock is ahead of ours (negative: behind); 0 where nothing tells them apart, undefined where it
 * does not say what time it has. It tells with every answer: what it calls now lies between when we asked and when it answered. Throws
 * the Faults of HTTP.
 */
export async function serverAhead(address: string, { now, signal }: Pick<Call, 'now' | 'signal'>): Promise<number | undefined> {
  const http = httpClient({ base: address });
  try {
    const asked = now();
    const { headers } = await http.request({ path: '/health', signal });
    const answered = now();
    const date = Date.parse(String(headers['date'] ?? ''));
    if (Number.isNaN(date)) return undefined;
    return Math.max(0, date - answered) - Math.max(0, asked - date - WHOLE_SECOND_MS);
  } finally {
    await http.close();
  }
}
