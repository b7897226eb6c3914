import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts bytes into lines as Java's BufferedReader does: LF, CR and CR LF end one, and are not part of it. What follows the last
 * line end is a line when the bytes end. Linear, however long a line grows.
 */
export function lineCutter(emit: (line: string) => void): { push(bytes: Uint8Array): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let held: string[] = [];
  let afterReturn = false;

  const take = (text: string): void => {
    if (text === '') return;
    // The CR before it ended the line already.
    const parts = (afterReturn && text.startsWith('\n') ? text.slice(1) : text).split(/\r\n|\n|\r/);
    afterReturn = text.endsWith('\r');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      held.push(part);
      emit(held.join(''));
      held = [];
    }
    if (last !== '') held.push(last);
  };

  return {
    push: (bytes) => take(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    end() {
      take(decoder.end());
      if (held.length > 0) emit(held.join(''));
      held = [];
    },
  };
}
