import { csvLine } from '../domain/csv';
import type { JobState } from '../domain/queue';
import type { JobQuery } from '../domain/search';
import type { BulkJobs, WholeJob } from '../sources/bulk-jobs';
import type { JobScan } from '../sources/job-scan';
import type { QueueRef } from '../sources/source';

const COLUMNS = [
  'id',
  'name',
  'state',
  'timestamp',
  'processedOn',
  'finishedOn',
  'attemptsMade',
  'priority',
  'delay',
  'failedReason',
  'stacktrace',
  'data',
  'result',
  'options',
  'leftOut',
] as const;
const IDS_AT_ONCE = 200;
const BUDGET_MS = 200;

export type Export = { state: JobState; query: JobQuery; until: number; format: 'ndjson' | 'csv' };
type Reader = { isStillAllowed: () => boolean; onEnd: () => void; onError: (error: unknown) => void };

/**
 * All jobs that match, newest first, read as they are taken: memory does not grow with their number, and nothing is read
 * any more once the reader has gone.
 */
export function exportJobs(
  { bulk, scan }: { bulk: BulkJobs; scan: JobScan },
  queue: QueueRef,
  what: Export,
  signal: AbortSignal,
  { isStillAllowed, onEnd, onError }: Reader,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = linesOf({ bulk, scan }, queue, what, signal);
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    void lines.return(undefined);
    onEnd();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = signal.aborted || !isStillAllowed() ? { done: true as const } : await lines.next();
          if (!next.done) return controller.enqueue(encoder.encode(next.value));
          end();
          controller.close();
        } catch (error) {
          onError(error);
          end();
          // The file must not look whole.
          controller.error(error);
        }
      },
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64_000 }),
  );
}

async function* linesOf(
  { bulk, scan }: { bulk: BulkJobs; scan: JobScan },
  queue: QueueRef,
  { state, query, until, format }: Export,
  signal: AbortSignal,
): AsyncGenerator<string, undefined> {
  if (format === 'csv') yield csvLine(COLUMNS);
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<JobScan['ids']>> = await scan.ids(queue, {
      state,
      query,
      order: 'newest',
      cursor,
      until,
      budgetMs: BUDGET_MS,
      maxHits: IDS_AT_ONCE,
      signal,
    });
    const ids = page.hits.map(({ id }) => id);
    for await (const job of bulk.whole(queue, ids)) yield format === 'csv' ? toCsv(job, state) : toJson(job, state);
    cursor = page.nextCursor;
  } while (cursor !== null && !signal.aborted);
  return undefined;
}

function toJson({ data, result, options, stacktrace, ...rest }: WholeJob, state: JobState): string {
  const parsed = { data: parse(data), result: parse(result), options: parse(options), stacktrace: parse(stacktrace) };
  return `${JSON.stringify({ ...rest, state, ...parsed })}\n`;
}

/** JSON as it is meant; text that is none stays text. */
function parse(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function toCsv(job: WholeJob, state: JobState): string {
  const time = (at: number | null) => {
    const date = new Date(at ?? NaN);
    return Number.isNaN(date.getTime()) ? '' : date.toISOString();
  };
  const row: Record<(typeof COLUMNS)[number], string | number | null> = {
    ...job,
    state,
    timestamp: time(job.timestamp),
    processedOn: time(job.processedOn),
    finishedOn: time(job.finishedOn),
    leftOut: job.leftOut.join(' '),
  };
  return csvLine(COLUMNS.map((name) => row[name] ?? ''));
}
