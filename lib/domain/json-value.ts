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

/** Any value out of `JSON.parse`. `z.json()` is not used: it recurses, and a body of 3,000 brackets breaks it. */
export const jsonValueSchema = z
  .unknown()
  .refine((value) => value !== undefined, { message: 'required' })
  .refine((value) => isWithinDepth(value, MAX_JSON_DEPTH), {
    message: `nested more than ${MAX_JSON_DEPTH} levels deep, which the queue libraries cannot write`,
  });
