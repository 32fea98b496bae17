import type { Redis } from '../../redis/connection';
import { PREVIEW_BYTES, type JobRow, type TextPreview } from '../../domain/job';
import type { JobState } from '../../domain/queue';
import { dueTime, type JobSet } from './job-sets';
import { readRawRows } from './rows-script';

/** Small fields of a job's hash; Bull and BullMQ differ only in where attempts are counted. */
const SMALL_FIELDS = ['timestamp', 'processedOn', 'finishedOn', 'attemptsMade', 'atm', 'delay', 'priority'] as const;
/** Fields of any size: their length is asked first, since reading 5 MB only to cut it blocks Redis. */
const SIZED_FIELDS = ['name', 'data', 'opts', 'failedReason', 'progress'] as const;

/** Error texts are what a list of failed jobs is for: longer ones are read too, and cut. */
const ERROR_BYTES = 4 * PREVIEW_BYTES;
const ERROR_SHOWN_CHARS = 500;

type Sized = { bytes: number; text: string | null };
const SIZED = SIZED_FIELDS.map((name) => ({ name, limit: name === 'failedReason' ? ERROR_BYTES : PREVIEW_BYTES }));

/** Rows of a page, whatever the size of the payloads: one script, or two pipelines. */
export async function readRows(
  redis: Redis,
  base: string,
  state: JobState,
  set: JobSet,
  entries: readonly { id: string; score: number | null }[],
): Promise<JobRow[]> {
  const keys = entries.map(({ id }) => `${base}:${id}`);
  const rows = await readRawRows(redis, keys, SMALL_FIELDS, SIZED);
  return entries.map((entry, index) => {
    const { small = [], sized = [] } = rows[index] ?? {};
    return toRow(entry, state, set, small, new Map(sized.map((field, at) => [SIZED_FIELDS[at] as string, field])));
  });
}

function cutText(text: string): string {
  return text.length > ERROR_SHOWN_CHARS ? `${text.slice(0, ERROR_SHOWN_CHARS)}…` : text;
}

function toRow(
  entry: { id: string; score: number | null },
  state: JobState,
  set: JobSet,
  small: readonly (string | null)[],
  sized: ReadonlyMap<string, Sized>,
): JobRow {
  const [timestamp, processedOn, finishedOn, attemptsMade, atm, delay, priority] = small;
  const options = parseOptions(sized.get('opts')?.text ?? null);
  const name = textOrSize(sized.get('name'), 'name');
  return {
    id: entry.id,
    name: name ?? null,
    state,
    timestamp: toNumber(timestamp),
    processedOn: toNumber(processedOn),
    finishedOn: toNumber(finishedOn) ?? (set.type === 'zset' && set.score === 'finishedOn' ? entry.score : null),
    delayUntil:
      set.type === 'zset' && set.score === 'due' && entry.score !== null
        ? dueTime(entry.score)
        : dueFromHash(state, timestamp, delay),
    attemptsMade: toNumber(atm ?? attemptsMade) ?? (name == null ? null : 0),
    attempts: options.attempts ?? (name == null ? null : 1),
    priority: toNumber(priority) ?? options.priority,
    progress: toProgress(sized.get('progress')?.text ?? null),
    failedReason: textOrSize(sized.get('failedReason'), 'error text'),
    dataPreview: toPreview(sized.get('data')),
    isOrphan: timestamp == null && (sized.get('data')?.bytes ?? 0) === 0,
  };
}

function dueFromHash(
  state: JobState,
  timestamp: string | null | undefined,
  delay: string | null | undefined,
): number | null {
  const made = toNumber(timestamp);
  const ms = toNumber(delay);
  return state === 'delayed' && made !== null && ms !== null && ms > 0 ? made + ms : null;
}

function textOrSize(field: Sized | undefined, what: string): string | null {
  if (!field || field.bytes === 0) return null;
  return field.text === null ? `(${what} of ${field.bytes} bytes: open the job to read it)` : cutText(field.text);
}

function toPreview(field: Sized | undefined): TextPreview | null {
  if (!field || field.bytes === 0) return null;
  return { text: field.text ?? '', bytes: field.bytes, isCut: field.text === null };
}

export function toNumber(text: string | null | undefined): number | null {
  if (text == null || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Progress is JSON: mostly a number, but workers may report anything. */
export function toProgress(text: string | null, maxChars = 200): number | string | null {
  if (text === null || text === '') return null;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  return text.slice(0, maxChars);
}

/** What rows need of a job's options; other programs may write anything there. */
export function parseOptions(text: string | null): {
  attempts: number | null;
  priority: number | null;
  stackTraceLimit: number | null;
} {
  const none = { attempts: null, priority: null, stackTraceLimit: null };
  if (text === null) return none;
  try {
    const options: unknown = JSON.parse(text);
    if (options === null || typeof options !== 'object') return none;
    const { attempts, priority, stackTraceLimit } = options as Record<string, unknown>;
    const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
    // BullMQ writes 0 where none were asked for; a job is always tried once.
    const allowed = number(attempts);
    return {
      attempts: allowed === null ? null : Math.max(1, allowed),
      priority: number(priority),
      stackTraceLimit: number(stackTraceLimit),
    };
  } catch {
    return none;
  }
}
