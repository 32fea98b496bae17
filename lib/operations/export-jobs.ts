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
  'notUtf8',
] as const;
const IDS_AT_ONCE = 200;
const BUDGET_MS = 200;

export type Export = { state: JobState; query: JobQuery; until: number; format: 'ndjson' | 'csv' };
type Reader = { isStillAllowed: () => boolean; onEnd: () => void; onError: (error: unknown) => void };

type Parts = { bulk: BulkJobs; scan: JobScan };
type IdPage = Awaited<ReturnType<JobScan['ids']>>;

/**
 * All jobs that match, newest first, read as they are taken: memory does not grow with their number, and nothing is read
 * any more once the reader has gone. What can be refused is refused before there is a stream, which could only break.
 * @throws AppError `unsupported` for a state that the kind does not have, `source-down`
 */
export async function exportJobs(
  parts: Parts,
  queue: QueueRef,
  what: Export,
  signal: AbortSignal,
  { isStillAllowed, onEnd, onError }: Reader,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  const first = await readPage(parts.scan, queue, what, null, signal);
  const lines = linesOf(parts, queue, what, first, signal);
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
  { bulk, scan }: Parts,
  queue: QueueRef,
  what: Export,
  first: IdPage,
  signal: AbortSignal,
): AsyncGenerator<string, undefined> {
  const { state, format } = what;
  if (format === 'csv') yield csvLine(COLUMNS);
  for (let page = first; ; page = await readPage(scan, queue, what, page.nextCursor, signal)) {
    const ids = page.hits.map(({ id }) => id);
    for await (const job of bulk.whole(queue, ids)) yield format === 'csv' ? toCsv(job, state) : toJson(job, state);
    if (page.nextCursor === null || signal.aborted) return undefined;
  }
}

function readPage(
  scan: JobScan,
  queue: QueueRef,
  { state, query, until }: Export,
  cursor: string | null,
  signal: AbortSignal,
): Promise<IdPage> {
  return scan.ids(queue, {
    state,
    query,
    order: 'newest',
    cursor,
    until,
    budgetMs: BUDGET_MS,
    maxHits: IDS_AT_ONCE,
    signal,
  });
}

/** JSON stands in the line as it is stored, so that nothing is rounded and no depth overflows a stack. */
function toJson({ data, result, options, stacktrace, ...rest }: WholeJob, state: JobState): string {
  const parts = Object.entries({ data, result, options, stacktrace }).map(
    ([name, text]) => `,"${name}":${text === null ? 'null' : asJson(text)}`,
  );
  return `${JSON.stringify({ ...rest, state }).slice(0, -1)}${parts.join('')}}\n`;
}

/** Text that is no JSON becomes a string. Line breaks stand between the parts of JSON only, where a space does as well. */
function asJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify(text);
  }
  return text.replace(/[\r\n]+/g, ' ');
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
    notUtf8: job.notUtf8.join(' '),
  };
  return csvLine(COLUMNS.map((name) => row[name] ?? ''));
}
