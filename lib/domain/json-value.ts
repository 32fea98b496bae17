import { z } from 'zod';

/** Deeper values overflow the stack of the libraries' own JSON code. */
export const MAX_JSON_DEPTH = 1_000;

/** Whether a parsed JSON value is nested at most `limit` levels deep; goes level by level, so no depth overflows it. */
export function isWithinDepth(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (one === null || typeof one !== 'object') continue;
      for (const inner of Object.values(one)) next.push(inner);
    }
    if (depth >= limit && level.some((one) => one !== null && typeof one === 'object')) return false;
    level = next;
  }
  return true;
}

/** Numbers so long that JavaScript may not hold all of their digits. */
const LONG_NUMBERS = /-?(?=[\d.]{16})\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?\d+(?:\.\d+)?[eE][+-]?\d{3,}/g;

/** Whether a JSON text holds numbers that come out with other digits when it is parsed and written again. */
export function hasRoundedNumbers(text: string): boolean {
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    for (const [number] of text.slice(at, end).matchAll(LONG_NUMBERS))
      if (digitsOf(number) !== digitsOf(String(Number(number)))) return true;
    at = quote < 0 ? end : endOfString(text, quote);
  }
  return false;
}

/** Behind the string that begins with the quotation mark at `start`. Not by a pattern: megabytes overflow its stack. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Digits of a number from its first to its last that is not 0. */
function digitsOf(number: string): string {
  const [mantissa = ''] = number.split(/[eE]/);
  return mantissa.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
}

/** Any value out of `JSON.parse`. `z.json()` is not used: it recurses, and a body of 3,000 brackets breaks it. */
export const jsonValueSchema = z
  .unknown()
  .refine((value) => value !== undefined, { message: 'required' })
  .refine((value) => isWithinDepth(value, MAX_JSON_DEPTH), {
    message: `nested more than ${MAX_JSON_DEPTH} levels deep, which the queue libraries cannot write`,
  });
