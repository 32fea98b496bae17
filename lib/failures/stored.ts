import type { z } from 'zod';
import type { Command } from '../store/lease';

/** Fields set by one command. */
export const HSET_PAIRS = 100;

/** A stored text by its schema; `null` for what this version does not understand. */
export function parseStored<S extends z.ZodType>(schema: S, text: string | null | undefined): z.output<S> | null {
  if (text == null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The values of a hash that can be understood. */
export function parseAll<T>(texts: Record<string, string>, parse: (text: string) => T | null): Map<string, T> {
  const values = new Map<string, T>();
  for (const [field, text] of Object.entries(texts)) {
    const value = parse(text);
    if (value !== null) values.set(field, value);
  }
  return values;
}

/** Commands that store values as JSON in the fields of a hash. */
export function hset(key: string, pairs: readonly (readonly [string, unknown])[]): Command[] {
  const commands: Command[] = [];
  for (let start = 0; start < pairs.length; start += HSET_PAIRS)
    commands.push([
      'HSET',
      key,
      ...pairs.slice(start, start + HSET_PAIRS).flatMap(([field, value]) => [field, JSON.stringify(value)]),
    ]);
  return commands;
}
