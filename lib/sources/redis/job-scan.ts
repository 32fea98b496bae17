import type { Redis } from '../../redis/connection';
import type { JobRow } from '../../domain/job';
import type { JobQuery } from '../../domain/search';
import { matchesJob } from '../../search/match-job';
import type { JobState } from '../../domain/queue';
import type { SampledJob } from '../../search/suggest';
import type { JobPlace, JobScan, ScanPage, ScanRequest } from '../job-scan';
import type { QueueRef } from '../source';
import { findJob } from './find-job';
import { fingerprints } from './fingerprints';
import { readRows } from './job-rows';
import { jobSetOf } from './job-sets';
import { KeyedQueue } from './keyed-queue';
import { baseOf } from './keys';
import { ChunkReader, type Candidate, type Chunk } from './scan-chunks';
import { decodeScanCursor, encodeScanCursor, type ScanPosition } from './scan-cursor';
import { readFacts } from './scan-facts';
import { lookUp, onlyIdOf } from './scan-one';
import { toProgram } from './scan-program';
import { readSample } from './scan-sample';

/** Candidates that are looked at closer at a time. */
const MAX_CANDIDATES = 500;

type Entry = { id: string; score: number | null };
type Ask = <T>(question: () => Promise<T>) => Promise<T>;

/** Searches one Redis. All searches take turns, chunk by chunk: together they keep others waiting no longer than one does. */
export class RedisJobScan implements JobScan {
  private readonly turns = new KeyedQueue();

  constructor(
    private readonly redis: Redis,
    /** Puts the driver's errors into words and waits no longer than a person does. */
    private readonly ask: Ask,
  ) {}

  async rows(queue: QueueRef, request: ScanRequest): Promise<ScanPage<JobRow>> {
    const { hits, ...page } = await this.ids(queue, request);
    const set = jobSetOf(queue.kind, request.state);
    const rows = await this.ask(() => readRows(this.redis, baseOf(queue.id), request.state, set, hits));
    return { ...page, hits: rows };
  }

  async ids(queue: QueueRef, request: ScanRequest): Promise<ScanPage<Entry>> {
    const { state, query, order, cursor, until, budgetMs, maxHits, signal } = request;
    const base = baseOf(queue.id);
    const set = jobSetOf(queue.kind, state);
    const now = until ?? Date.now();
    const onlyId = onlyIdOf(query);
    if (onlyId !== null) {
      const found = await this.ask(() => lookUp(this.redis, queue, state, onlyId, until));
      return { ...(await this.lookCloser(base, request, set, found, now)), scanned: 1, of: 1, nextCursor: null };
    }
    const isFinishedSet = set.type === 'zset' && set.score === 'finishedOn';
    const bounds = isFinishedSet ? scoreBounds(query, until) : { minScore: '-inf', maxScore: '+inf' };
    const reader = new ChunkReader(this.redis, {
      base,
      set,
      isActive: state === 'active',
      order,
      program: toProgram(query, state),
      ...bounds,
      now,
    });
    const end = performance.now() + budgetMs;
    const page: ScanPage<Entry> = { hits: [], scanned: 0, of: 0, unsearched: 0, nextCursor: cursor };
    let position: ScanPosition | null = cursor === null ? null : decodeScanCursor(cursor, set.type);
    do {
      const limit = Math.min(MAX_CANDIDATES, maxHits - page.hits.length);
      const isPlain = query.terms.length === 0;
      const chunk: Chunk = await this.turns.run('', () =>
        this.ask(() => reader.read(position, isPlain ? maxHits - page.hits.length : limit)),
      );
      page.scanned += chunk.seen;
      page.of = chunk.of;
      position = chunk.position;
      const { hits, unsearched } = await this.lookCloser(base, request, set, chunk.candidates, now);
      page.hits.push(...hits);
      page.unsearched += unsearched;
    } while (position !== null && page.hits.length < maxHits && performance.now() < end && !signal?.aborted);
    page.nextCursor = position === null ? null : encodeScanCursor(position);
    return page;
  }

  sample(queue: QueueRef, state: JobState, count: number): Promise<SampledJob[]> {
    const set = jobSetOf(queue.kind, state);
    return this.ask(() => readSample(this.redis, baseOf(queue.id), state, set, count));
  }

  find(queues: readonly QueueRef[], jobId: string): Promise<JobPlace[]> {
    return this.ask(() => findJob(this.redis, queues, jobId));
  }

  /** Sure hits, and those of the others that match when all that the query asks is read. */
  private async lookCloser(
    base: string,
    { state, query }: ScanRequest,
    set: ReturnType<typeof jobSetOf>,
    candidates: readonly Candidate[],
    now: number,
  ): Promise<{ hits: Entry[]; unsearched: number }> {
    const unsure = candidates.filter(({ isSure }) => !isSure);
    const matches = new Map<string, boolean>();
    let unsearched = 0;
    if (unsure.length > 0) {
      const context = { now, fingerprintOf: fingerprints() };
      await this.turns.run('', () =>
        this.ask(async () => {
          for await (const { candidate, facts } of readFacts(this.redis, base, state, set, query, unsure)) {
            const holds = matchesJob(query, facts, context);
            if (holds === null) unsearched += 1;
            matches.set(candidate.id, holds === true);
          }
        }),
      );
    }
    const hits = candidates.filter(({ id, isSure }) => isSure || matches.get(id) === true);
    return { hits: hits.map(({ id, score }) => ({ id, score })), unsearched };
  }
}

/** The stretch of a set of finished jobs that a query can match: what lies outside need not be read. */
function scoreBounds({ terms }: JobQuery, until: number | null): { minScore: string; maxScore: string } {
  let [min, max] = [-Infinity, until ?? Infinity];
  for (const { field, comparison, value, isNegated } of terms) {
    if (field !== 'finished' || isNegated) continue;
    const at = Number(value);
    if (comparison === '>' || comparison === '>=') min = Math.max(min, at);
    if (comparison === '<' || comparison === '<=') max = Math.min(max, at);
  }
  return { minScore: min === -Infinity ? '-inf' : String(min), maxScore: max === Infinity ? '+inf' : String(max) };
}
