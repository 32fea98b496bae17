import { isAppError, messageOf } from '../domain/errors';
import { hasEnded, MAX_FROZEN_IDS, UNDO_MS, type Operation } from '../domain/operation';
import type { JobScan } from '../sources/job-scan';
import type { BulkJobs, BulkResult } from '../sources/bulk-jobs';
import type { Command, Lease } from '../store/lease';
import type { HiddenJobs } from './hidden-jobs';
import { accounted, granted, judgeCanary, MAX_STEP, pauseAfter, stepSize, withRest } from './machine';
import type { NextLook, OperationStore, ReportLine } from './operation-store';
import { RateMeter } from './rate-meter';
import { readQuery } from './read-query';
import { isByScore, type OperationRecord } from './record';
import { copyIdFor } from './copy-id';

/** What an operation works with: one queue's source, and the store. */
export type Workplace = {
  store: OperationStore;
  hidden: HiddenJobs;
  bulk: BulkJobs;
  scan: JobScan;
  now?: () => number;
};

const TELL_MS = 250;
const RETRY_MS = 1_000;
const CANARY_LOOK_MS = 500;
const SCAN_BUDGET_MS = 200;
/** Longest time that one script may keep the broker busy, ms: batches shrink until they stay below. */
const GENTLE_MS = 5;
const MIN_BATCH = 50;
const MAX_BATCH = 1_000;
const WISH_MS = 200;

type Step = { jobs: number; waitMs: number };
type Pulled = { ids: string[]; cursor: string | null; isScanned: boolean; position: number | null; scanned: number };

/**
 * Runs one operation in bounded steps for as long as its lease is ours. Before each step the jobs of it are written
 * down, so that whoever goes on after a crash knows which ones may have been done.
 */
export class Drive {
  private lines: ReportLine[] = [];
  private extra: Command[] = [];
  private readonly rate = new RateMeter();
  private readonly now: () => number;
  private toldAt = 0;
  private toldState = '';
  private wishAt = 0;
  private isRepeat: boolean;
  private isStopped = false;
  private ahead: { cursor: string; page: Promise<Pulled | null> } | null = null;

  constructor(
    private readonly at: Workplace,
    private readonly lease: Lease,
    private record: OperationRecord,
  ) {
    this.now = at.now ?? Date.now;
    this.isRepeat = record.chunk.length > 0;
  }

  get operation(): Operation {
    return this.record.operation;
  }

  /** Lets go after the step that is being done. */
  stop(): void {
    this.isStopped = true;
  }

  /** Runs until the operation has ended, stands still, or is another's. @throws Error (FENCED) when it is another's */
  async run(): Promise<void> {
    const { runner } = this.operation;
    const isTakeover = runner !== null && runner !== this.lease.holder && this.operation.state === 'running';
    this.change({ runner: this.lease.holder, takeovers: this.operation.takeovers + (isTakeover ? 1 : 0) });
    if (isTakeover) await this.recount();
    if (this.operation.state === 'deferred') await this.beginRemoval();
    await this.save(true);
    let nextAt = this.now();
    while (!this.isStopped) {
      await this.takeWish();
      if (this.operation.state !== 'running') return;
      const startedAt = Math.max(nextAt, this.now() - 1_000);
      const { jobs, waitMs } = await this.tryStep();
      this.rate.add(jobs, this.now());
      const rest = Math.max(waitMs, pauseAfter(this.operation.pace, jobs, startedAt, this.now()));
      nextAt = startedAt + (this.operation.pace === null ? 0 : (jobs * 1_000) / this.operation.pace);
      if (this.operation.state === 'running' && rest > 0) await this.rest(rest);
    }
    this.change({ runner: null });
    await this.save(true);
  }

  /** A pause between steps; a wish ends it. */
  private async rest(ms: number): Promise<void> {
    const end = this.now() + ms;
    while (!this.isStopped && this.now() < end) {
      await sleep(Math.min(WISH_MS, end - this.now()));
      if (this.now() < end && (await this.at.store.wishOf(this.operation.id)) !== null) return;
    }
  }

  private async tryStep(): Promise<Step> {
    try {
      const step = await this.step();
      if (this.operation.note !== null && this.operation.state === 'running') this.change({ note: null });
      return step;
    } catch (error) {
      if (messageOf(error).startsWith('FENCED') || (isAppError(error) && error.code === 'store-down')) throw error;
      if (isAppError(error) && error.code === 'source-down') {
        // Whether the last step reached the broker is not known: it is done again, and what is done counts as done.
        this.isRepeat = this.record.chunk.length > 0;
        this.change({ note: `${error.message} It goes on by itself when the source answers.`, rate: null });
        await this.save(true);
        return { jobs: 0, waitMs: RETRY_MS };
      }
      if (!isAppError(error)) throw error;
      await this.end('failed', error.message);
      return { jobs: 0, waitMs: 0 };
    }
  }

  private step(): Promise<Step> {
    switch (this.operation.phase) {
      case 'freeze':
        return this.freeze();
      case 'hide':
        return this.hide();
      case 'canary':
        return this.canary();
      case 'work':
        return this.work();
    }
  }

  /** Writes down the jobs of a list: newest first, so that those that come or go meanwhile neither hide nor repeat any. */
  private async freeze(): Promise<Step> {
    const page = await this.scan('newest', 5_000);
    const known = await this.at.store.countIds(this.operation.id);
    this.extra.push(...this.at.store.idCommands(this.operation.id, page.ids, known));
    this.found(page);
    if (known + page.ids.length > MAX_FROZEN_IDS) {
      await this.end(
        'failed',
        `More than ${MAX_FROZEN_IDS} jobs match. What waits shifts all the time, so each is written down first; narrow the search, or drain the queue.`,
      );
      return { jobs: 0, waitMs: 0 };
    }
    await this.save();
    if (page.isScanned) {
      const count = await this.at.store.countIds(this.operation.id);
      this.change({
        phase: this.operation.canary ? 'canary' : 'work',
        counts: { ...this.operation.counts, of: count },
      });
      await this.save(true);
    }
    return { jobs: 0, waitMs: 0 };
  }

  /** Puts the jobs out of sight; their removal comes later. */
  private async hide(): Promise<Step> {
    const { id, queueKey, target, until, counts } = this.operation;
    const isNamed = target.by === 'ids';
    const page = isNamed ? await this.pull(MAX_STEP) : await this.scan('oldest', MAX_STEP);
    const rows = isNamed ? await this.at.bulk.rows(this.record.queue, target.state, page.ids) : null;
    const ids = rows ? rows.filter(({ finishedOn }) => (finishedOn ?? 0) <= until).map((row) => row.id) : page.ids;
    const hidden = await this.at.hidden.which(
      queueKey,
      target.state,
      ids.map((jobId) => ({ id: jobId, finishedOn: null })),
    );
    const fresh = ids.filter((_, at) => !hidden[at]);
    if (fresh.length > (await this.at.hidden.room(queueKey))) {
      await this.end('failed', 'More jobs than can be kept for undoing. None was removed: remove them without undo.');
      return { jobs: 0, waitMs: 0 };
    }
    if (fresh.length > 0) {
      this.extra.push(...this.at.hidden.hideCommands(queueKey, target.state, fresh, { until, operation: id }));
      if (!isNamed) this.extra.push(...this.at.store.idCommands(id, fresh, counts.hidden));
    }
    this.found(page);
    const now = this.operation.counts;
    this.change({
      counts: { ...now, hidden: now.hidden + fresh.length, skipped: now.skipped + page.ids.length - fresh.length },
    });
    if (!page.isScanned) {
      await this.save();
      return { jobs: 0, waitMs: 0 };
    }
    const { hidden: total } = this.operation.counts;
    this.record = { ...this.record, position: 0 };
    this.change({ counts: { ...this.operation.counts, of: total, toScan: null } });
    if (total === 0) await this.end('done', 'None of them was there any more.');
    else {
      this.change({ state: 'deferred', dueAt: this.now() + UNDO_MS, rate: null });
      await this.save(true, true);
    }
    return { jobs: 0, waitMs: 0 };
  }

  private async beginRemoval(): Promise<void> {
    if ((this.operation.dueAt ?? 0) > this.now()) return;
    const { counts } = this.operation;
    this.record = { ...this.record, position: 0, isScanned: false };
    this.change({ state: 'running', phase: 'work', canUndo: false, dueAt: null, counts: { ...counts, skipped: 0 } });
    await this.save(true);
  }

  private async canary(): Promise<Step> {
    const { canary } = this.operation;
    if (!canary) {
      this.change({ phase: 'work' });
      return { jobs: 0, waitMs: 0 };
    }
    if (canary.outcome === 'running') {
      const missing = canary.size - this.record.canaryIds.length;
      const results = missing > 0 ? await this.someJobs(missing) : null;
      if (results && !results.isLast) return { jobs: results.jobs, waitMs: 0 };
      this.record = { ...this.record, canarySince: this.now() };
      this.change({ canary: { ...canary, outcome: 'waiting', pending: this.record.canaryIds.length } });
      await this.save(true);
      return { jobs: results?.jobs ?? 0, waitMs: CANARY_LOOK_MS };
    }
    const ends = await this.at.bulk.ends(this.record.queue, this.record.canaryIds);
    const judged = judgeCanary(this.operation, ends, this.now() - this.record.canarySince);
    this.change(judged);
    await this.save(true);
    return { jobs: 0, waitMs: judged.phase === 'work' ? 0 : CANARY_LOOK_MS };
  }

  private async work(): Promise<Step> {
    await this.countAll();
    if (await this.canBatch()) return this.batch();
    const { jobs, isLast } = await this.someJobs(stepSize(this.operation.pace));
    if (isLast) await this.end('done', null);
    return { jobs, waitMs: 0 };
  }

  private async canBatch(): Promise<boolean> {
    const { target, action, queueKey } = this.operation;
    if (target.by !== 'query' || target.query !== '' || this.record.position !== null || this.record.chunk.length > 0)
      return false;
    if (!this.at.bulk.hasBatch(this.record.queue, action, target.state)) return false;
    return (await this.at.hidden.count(queueKey, target.state)) === 0;
  }

  /** Where all of a finished state is meant, their number needs no search. */
  private async countAll(): Promise<void> {
    const { target, until, counts, queueKey } = this.operation;
    if (counts.of !== null || target.by !== 'query' || target.query !== '' || !isByScore(target.state)) return;
    const left = await this.at.bulk.count(this.record.queue, { state: target.state, until });
    const hidden = await this.at.hidden.count(queueKey, target.state);
    const seen = counts.done + counts.failed + counts.skipped;
    this.change({ counts: { ...counts, of: Math.max(0, left - hidden) + seen } });
    await this.save(true);
  }

  /** One run of the library's script for many jobs. */
  private async batch(): Promise<Step> {
    const { target, action, until, pace } = this.operation;
    const set = { state: target.state, until };
    if (this.record.remaining === null) {
      this.record = { ...this.record, remaining: await this.at.bulk.count(this.record.queue, set) };
      await this.save();
    }
    const size = Math.min(this.record.batchSize, stepSize(pace, MAX_BATCH));
    const { done, isMore, ms } = await this.at.bulk.batch(this.record.queue, action, set, size);
    const batchSize =
      ms > GENTLE_MS && size === this.record.batchSize
        ? Math.max(MIN_BATCH, Math.floor(size / 2))
        : ms < GENTLE_MS / 2
          ? Math.min(MAX_BATCH, this.record.batchSize + 50)
          : this.record.batchSize;
    const now = this.operation.counts;
    this.record = { ...this.record, batchSize, remaining: Math.max(0, (this.record.remaining ?? 0) - done) };
    this.change({ counts: { ...now, done: now.done + done } });
    if (isMore) await this.save();
    else await this.end('done', null);
    return { jobs: done, waitMs: 0 };
  }

  /** After a crash within a batch: what has left the set beyond what was counted was done by it. */
  private async recount(): Promise<void> {
    const { remaining } = this.record;
    if (remaining === null) return;
    const { target, until, counts } = this.operation;
    const left = await this.at.bulk.count(this.record.queue, { state: target.state, until });
    const missing = Math.min(MAX_BATCH, Math.max(0, remaining - left));
    this.record = { ...this.record, remaining: left };
    this.change({ counts: { ...counts, done: counts.done + missing } });
  }

  /** The next jobs, one script each. */
  private async someJobs(size: number): Promise<{ jobs: number; isLast: boolean }> {
    const { action, target, until, id, queueKey, canUndo, phase } = this.operation;
    const page = this.record.chunk.length > 0 ? null : await this.pull(size);
    if (page) {
      this.found(page);
      this.record = { ...this.record, chunk: page.ids };
      this.isRepeat = false;
      if (page.ids.length > 0) await this.save();
    }
    const { chunk } = this.record;
    if (this.operation.pace === null && phase === 'work') this.lookAhead(size);
    if (chunk.length > 0) {
      const results = await this.at.bulk.act(this.record.queue, {
        action,
        state: target.state,
        until,
        ids: chunk,
        copyId: copyIdFor(id),
      });
      if (phase === 'canary') this.watch(results);
      const counted = accounted(this.record, results, this.isRepeat);
      this.record = counted.record;
      this.lines.push(...counted.lines);
      this.isRepeat = false;
      if (this.operation.counts.hidden > 0 && !canUndo) {
        this.extra.push(...this.at.hidden.showCommands(queueKey, target.state, chunk));
        const { counts } = this.operation;
        this.change({ counts: { ...counts, hidden: Math.max(0, counts.hidden - chunk.length) } });
      }
    }
    const isLast = this.record.isScanned;
    if (isLast || page?.ids.length === 0) await this.save();
    return { jobs: chunk.length, isLast };
  }

  private watch(results: readonly BulkResult[]): void {
    const going = results.filter(({ outcome }) => outcome === 'done').map(({ id, newId }) => newId ?? id);
    this.record = { ...this.record, canaryIds: [...this.record.canaryIds, ...going] };
  }

  /** The next ids: those written down, or what the search finds. */
  private async pull(size: number): Promise<Pulled> {
    const { position } = this.record;
    if (position === null) {
      const ahead = this.ahead?.cursor === this.record.cursor ? this.ahead.page : null;
      this.ahead = null;
      return (await ahead) ?? this.scan('oldest', size);
    }
    const ids = await this.at.store.ids(this.operation.id, position, size);
    return { ids, cursor: null, isScanned: ids.length < size, position: position + ids.length, scanned: 0 };
  }

  /** Searches for the next step's jobs while this step's are under way. */
  private lookAhead(size: number): void {
    const { cursor, isScanned, position } = this.record;
    if (isScanned || cursor === null || position !== null || this.ahead !== null) return;
    this.ahead = { cursor, page: this.scan('oldest', size).catch(() => null) };
  }

  private async scan(order: 'newest' | 'oldest', size: number): Promise<Pulled> {
    const { target, until, queueKey } = this.operation;
    const query = readQuery(target.by === 'query' ? target.query : '', until);
    const page = await this.at.scan.ids(this.record.queue, {
      state: target.state,
      query,
      order,
      cursor: this.record.cursor,
      until,
      budgetMs: SCAN_BUDGET_MS,
      maxHits: size,
    });
    const { counts } = this.operation;
    this.change({ counts: { ...counts, toScan: counts.toScan ?? page.of } });
    const isHidden = await this.at.hidden.which(
      queueKey,
      target.state,
      page.hits.map(({ id, score }) => ({ id, finishedOn: score })),
    );
    return {
      ids: page.hits.filter((_, at) => !isHidden[at]).map(({ id }) => id),
      cursor: page.nextCursor,
      isScanned: page.nextCursor === null,
      position: this.record.position,
      scanned: page.scanned,
    };
  }

  private found({ cursor, isScanned, position, scanned }: Pulled): void {
    this.record = { ...this.record, cursor, isScanned, position };
    const { counts } = this.operation;
    this.change({ counts: { ...counts, scanned: counts.scanned + scanned } });
  }

  private async takeWish(): Promise<void> {
    if (this.now() - this.wishAt < WISH_MS && this.operation.state === 'running') return;
    this.wishAt = this.now();
    const wish = await this.at.store.wishOf(this.operation.id);
    if (wish === null) return;
    this.record = granted(this.record, wish, this.now());
    if (hasEnded(this.operation)) await this.unhide();
    await this.save(true, true);
  }

  /** Brings hidden jobs back to light. */
  private async unhide(): Promise<void> {
    const { id, queueKey, target, counts } = this.operation;
    if (counts.hidden === 0) return;
    for (let position = 0; ; position += MAX_STEP) {
      const ids = await this.at.store.ids(id, position, MAX_STEP);
      if (ids.length === 0) break;
      await this.lease.write(this.at.hidden.showCommands(queueKey, target.state, ids));
    }
    this.change({ counts: { ...counts, hidden: 0 } });
  }

  private async end(state: 'done' | 'failed', note: string | null): Promise<void> {
    await this.unhide();
    this.change({ state, note, endedAt: this.now(), canUndo: false, dueAt: null, rate: null });
    if (state === 'done') this.record = withRest(this.record);
    this.record = { ...this.record, chunk: [] };
    await this.save(true, true);
  }

  private change(change: Partial<Operation>): void {
    this.record = { ...this.record, operation: { ...this.record.operation, ...change } };
  }

  private async save(isTold = false, isWishDone = false): Promise<void> {
    const now = this.now();
    const { state, phase, dueAt } = this.operation;
    this.change({ updatedAt: now, rate: state === 'running' ? this.rate.perSecond(now) : null });
    const place = `${state} ${phase}`;
    const tells = isTold || place !== this.toldState || now - this.toldAt >= TELL_MS;
    if (tells) [this.toldAt, this.toldState] = [now, place];
    const next: NextLook = hasEnded(this.operation)
      ? null
      : state === 'paused'
        ? 'when-wished'
        : state === 'deferred'
          ? (dueAt ?? 0)
          : 0;
    const { lines, extra } = this;
    await this.lease.write([
      ...extra,
      ...this.at.store.saveCommands(this.record, { lines, next, isTold: tells, isWishDone }),
    ]);
    this.lines = [];
    this.extra = [];
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
