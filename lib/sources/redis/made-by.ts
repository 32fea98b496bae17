/**
 * What a job's options say about who made it: Bull keeps the repeatable's key in `repeat.key`, BullMQ (beside its field
 * `rjk`) in `repeatJobKey`; the id that keeps doubles out is `debounce`, `deduplication` or, shortened, `de`.
 */
export function madeBy(options: string | null): { scheduler: string | null; deduplicationId: string | null } {
  const all = objectOf(parse(options));
  return {
    scheduler: text(objectOf(all['repeat'])['key']) ?? text(all['repeatJobKey']),
    deduplicationId:
      text(objectOf(all['de'])['id']) ??
      text(objectOf(all['deduplication'])['id']) ??
      text(objectOf(all['debounce'])['id']),
  };
}

function parse(json: string | null): unknown {
  try {
    return JSON.parse(json ?? 'null') as unknown;
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
