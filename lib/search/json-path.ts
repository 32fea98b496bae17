/** Values looked at behind one path: a list of lists must not multiply without end. */
const MAX_VALUES = 10_000;

/**
 * The values behind a path. A number goes to that element of a list; any other word goes into each of its elements, and a
 * list at the end stands for its elements.
 * Keys are matched exactly, and only those of the object itself.
 */
export function valuesAt(root: unknown, path: readonly string[]): unknown[] {
  let values: unknown[] = [root];
  for (const segment of path) {
    const next: unknown[] = [];
    for (const value of values) {
      step(value, segment, next);
      if (next.length >= MAX_VALUES) break;
    }
    values = next;
  }
  return values.flatMap((value) => (Array.isArray(value) ? (value.slice(0, MAX_VALUES) as unknown[]) : [value]));
}

function step(value: unknown, segment: string, out: unknown[]): void {
  if (Array.isArray(value)) {
    if (/^\d{1,9}$/.test(segment)) {
      if (Number(segment) < value.length) out.push(value[Number(segment)]);
      return;
    }
    for (const element of value.slice(0, MAX_VALUES)) if (!Array.isArray(element)) step(element, segment, out);
    return;
  }
  if (value !== null && typeof value === 'object' && Object.hasOwn(value, segment))
    out.push((value as Record<string, unknown>)[segment]);
}

/** A value as one would type it; lists and objects have no such form, `null` for them. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? 'null' : null;
}
