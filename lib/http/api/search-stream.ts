import { isAppError } from '../../domain/errors';
import type { SearchLine } from '../../domain/search';
import type { JobScan, ScanRequest } from '../../sources/job-scan';
import type { QueueRef } from '../../sources/source';
import { toSearchPage } from './search-page';

/** Short at first, so that hits near the start are on the screen at once; longer then, since each part costs something. */
const FIRST_BUDGET_MS = 40;
const BUDGET_MS = 150;
const HITS_A_PART = 50;
/** A search that nobody stops ends here and can be continued. */
const MAX_STREAM_MS = 120_000;

const HEADERS = {
  'Content-Type': 'application/x-ndjson; charset=utf-8',
  // no-transform keeps compressing proxies and servers from holding lines back.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

type Search = {
  scan: JobScan;
  queue: QueueRef;
  request: Omit<ScanRequest, 'budgetMs' | 'signal' | 'maxHits'>;
  limit: number;
  signal: AbortSignal;
  isStillAllowed(): boolean;
  onEnd(): void;
  onUnexpected(error: unknown): void;
};

/**
 * A search as NDJSON, one `SearchLine` after the other, until `limit` hits, the end of the state or of the reader. The next
 * part is looked for when the reader has taken the one before: one who goes away stops the scan at once.
 */
export function searchStream(search: Search): Response {
  const stopping = new AbortController();
  const signal = AbortSignal.any([search.signal, stopping.signal]);
  const encoder = new TextEncoder();
  const deadline = performance.now() + MAX_STREAM_MS;
  let { cursor } = search.request;
  let hits = 0;
  let isFirst = true;
  const end = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    search.onEnd();
    controller.close();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const write = (line: SearchLine) => controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        try {
          const page = await search.scan.rows(search.queue, {
            ...search.request,
            cursor,
            budgetMs: isFirst ? FIRST_BUDGET_MS : BUDGET_MS,
            maxHits: Math.min(HITS_A_PART, search.limit - hits),
            signal,
          });
          if (signal.aborted) return end(controller);
          isFirst = false;
          cursor = page.nextCursor;
          hits += page.hits.length;
          write(toSearchPage(page));
          const isOver = cursor === null || hits >= search.limit || performance.now() > deadline;
          if (isOver || !search.isStillAllowed()) end(controller);
        } catch (error) {
          if (signal.aborted) return search.onEnd();
          if (!isAppError(error)) search.onUnexpected(error);
          const detail = isAppError(error) ? error.message : 'Something went wrong in Tailback; its log says what.';
          write({ problem: { code: isAppError(error) ? error.code : 'internal', detail } });
          end(controller);
        }
      },
      cancel() {
        stopping.abort();
        search.onEnd();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { headers: HEADERS });
}
