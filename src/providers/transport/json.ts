import type { Value } from '../../core/value.ts';

/**
 * JSON without loss: integers beyond ±(2^53 − 1), and numbers that a float would turn into infinity, are given as strings with
 * the digits of the text. Everything else is as JSON.parse has it. Throws SyntaxError exactly where JSON.parse does.
 */
export function parseExact(text: string): Value {
  // The text as it stands is what has to be JSON: a number in the place of a member name must not become one by being quoted.
  const plain = JSON.parse(text) as Value;
  const exact = quoteLargeNumbers(text);
  return exact === text ? plain : (JSON.parse(exact) as Value);
}

const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;

/** One pass over valid JSON: strings are stepped over, numbers that do not fit get quotation marks. */
function quoteLargeNumbers(text: string): string {
  let out = '';
  let copied = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      for (i += 1; text.charCodeAt(i) !== 0x22; i += 1) if (text.charCodeAt(i) === 0x5c) i += 1;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = i;
      const [token, fraction, exponent] = NUMBER.exec(text) ?? [''];
      const value = Number(token);
      const whole = fraction === undefined && exponent === undefined;
      if ((whole && !Number.isSafeInteger(value)) || !Number.isFinite(value)) {
        out += `${text.slice(copied, i)}"${token}"`;
        copied = i + token.length;
      }
      i += token.length - 1;
    }
  }
  return copied === 0 ? text : out + text.slice(copied);
}
