import type { QueueId } from '../domain/queue';
import type { Redis } from '../redis/connection';
import type { FailedJob, FailedJobs } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import type { FailureBook } from './failure-book';
import { addKept, retainedSchema, scanRecordSchema, type Retained, type ScanRecord } from './scan-record';
import { parseStored } from './stored';

/** Jobs of one read: some hundred small commands, far below 5 ms of the broker's time each way. */
const CHUNK = 100;
/** A job costs the broker about 10 µs (four lengths, one read): 1 % of its time. */
const JOBS_PER_SECOND = 1_000;
/** When a person asked for it, as other things that people start. */
const JOBS_PER_SECOND_ASKED = 5_000;
/** A read that takes longer than this says that the broker has other things to do. */
const SLOW_MS = 50;
/** A queue whose failed jobs changed is gone through again after this, and never more than a twentieth of the time. */
const AGAIN_MS = 30_000;
const AGAIN_SHARE = 20;
/** Queues that have not changed are gone through again after this: what is removed while one comes in goes unseen. */
const UNCHANGED_MS = 6 * 3_600_000;

/** What the scanner asks of its source. */
export type FailedSource = (queue: QueueId, cursor: string | null, limit: number) => Promise<FailedJobs | null>;

/** A queue as it is now. `watchedSince`: failures from then on came as events, ms. */
export type ScannedQueue = { key: string; id: QueueId; failed: number | null; watchedSince: number };

/**
 * Goes through the failed jobs that queues keep, again and again and never fast, and counts them by group. Where it
 * stands is stored, so that the next collector goes on from there.
 */
export class FailedScanner {
  private readonly scans = new Map<string, ScanRecord>();
  private readonly kept = new Map<string, Retained>();
  /** Queues whose progress or result is not stored yet. */
  private dirty = new Set<string>();
  private frozen = new Map<string, { scan: ScanRecord | null; kept: Retained | null }>();
  private isLoaded = false;
  private isRunning = false;
  private nextAt = 0;
  private askedAt = 0;

  constructor(
    private readonly store: Redis,
    private readonly source: string,
    private readonly read: FailedSource,
    private readonly book: FailureBook,
  ) {}

  /** Another wrote until now: its progress is in the store. */
  takeOver(): void {
    this.isLoaded = false;
    this.dirty = new Set();
    this.frozen = new Map();
  }

  /** Goes on for at most `budgetMs`; call about once a second, where this collector writes. Never throws. */
  async step(queues: readonly ScannedQueue[], now: number, budgetMs: number): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      if (!this.isLoaded) await this.load();
      this.askedAt = Number((await this.store.get(keys.failureScanAsked(this.source))) ?? 0);
      const end = performance.now() + budgetMs;
      while (performance.now() < end) {
        const queue = this.choose(queues, now);
        if (!queue) return;
        const wait = this.nextAt - performance.now();
        if (wait > end - performance.now()) return;
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        await this.chunk(queue, now);
      }
    } catch {
      // The broker or the store does not answer: the look says so, and the next step goes on from here.
      this.nextAt = performance.now() + 5_000;
    } finally {
      this.isRunning = false;
    }
  }

  /** What is written next belongs to the same moment as the book's. */
  freeze(): void {
    for (const key of this.dirty)
      this.frozen.set(key, { scan: copy(this.scans.get(key)), kept: this.kept.get(key) ?? null });
    this.dirty = new Set();
  }

  commands(queueKey: string): Command[] {
    const state = this.frozen.get(queueKey);
    if (!state) return [];
    const [scans, kept] = [keys.failureScans(this.source), keys.failureRetained(this.source)];
    return [
      state.scan ? ['HSET', scans, queueKey, JSON.stringify(state.scan)] : ['HDEL', scans, queueKey],
      ...(state.kept ? ([['HSET', kept, queueKey, JSON.stringify(state.kept)]] as Command[]) : []),
    ];
  }

  settle(): void {
    this.frozen = new Map();
  }

  /** Queues that are gone: what was counted of them goes too. */
  forget(queueKeys: readonly string[]): Command[] {
    for (const key of queueKeys) {
      this.scans.delete(key);
      this.kept.delete(key);
      this.dirty.delete(key);
      this.frozen.delete(key);
    }
    if (queueKeys.length === 0) return [];
    return [
      ['HDEL', keys.failureScans(this.source), ...queueKeys],
      ['HDEL', keys.failureRetained(this.source), ...queueKeys],
    ];
  }

  /** One that was begun first; then those never gone through, then the one that waits longest. */
  private choose(queues: readonly ScannedQueue[], now: number): ScannedQueue | null {
    let best: { queue: ScannedQueue; at: number } | null = null;
    for (const queue of queues) {
      if (this.scans.has(queue.key)) return queue;
      if (!this.isDue(queue, now)) continue;
      const at = this.kept.get(queue.key)?.at ?? -1;
      if (!best || at < best.at) best = { queue, at };
    }
    return best?.queue ?? null;
  }

  private isDue({ key, failed }: ScannedQueue, now: number): boolean {
    const kept = this.kept.get(key);
    if (!kept) return true;
    if (this.askedAt > kept.at) return true;
    const tookMs = (kept.of / JOBS_PER_SECOND) * 1_000;
    const pauseMs = failed === kept.of ? UNCHANGED_MS : Math.max(AGAIN_MS, AGAIN_SHARE * tookMs);
    return now - kept.at >= pauseMs;
  }

  private async chunk(queue: ScannedQueue, now: number): Promise<void> {
    const { key, id, failed } = queue;
    const scan =
      this.scans.get(key) ??
      ({
        cursor: null,
        startedAt: now,
        scanned: 0,
        of: failed ?? 0,
        isFirst: !this.kept.has(key),
        groups: {},
      } as ScanRecord);
    const start = performance.now();
    const page = await this.read(id, scan.cursor, CHUNK);
    const tookMs = performance.now() - start;
    const pace = this.askedAt > scan.startedAt - 60_000 ? JOBS_PER_SECOND_ASKED : JOBS_PER_SECOND;
    const count = Math.max(1, page?.jobs.length ?? 0);
    this.nextAt = performance.now() + (count / pace) * 1_000 * (tookMs > SLOW_MS ? 4 : 1);
    if (!page) {
      // Gone, or not this source's any more.
      this.scans.delete(key);
      this.kept.set(key, { at: now, of: 0, groups: {} });
      return;
    }
    for (const job of page.jobs) this.count(scan, job, queue);
    const next: ScanRecord = {
      ...scan,
      cursor: page.nextCursor,
      scanned: scan.scanned + page.jobs.length,
      of: page.of,
    };
    this.dirty.add(key);
    if (page.nextCursor !== null) this.scans.set(key, next);
    else {
      this.scans.delete(key);
      this.kept.set(key, { at: now, of: page.of, groups: next.groups });
    }
  }

  private count(scan: ScanRecord, { jobId, at, name, worker, group }: FailedJob, queue: ScannedQueue): void {
    const counted = this.book.groupOf(group);
    scan.groups[counted] = addKept(scan.groups[counted], name, worker);
    const isFromBefore = scan.isFirst && at < queue.watchedSince && !this.book.heard.has(queue.key, jobId);
    if (isFromBefore) this.book.waiting.add(queue.key, group, { at, name, failed: 1, attempts: 0, sample: jobId });
    else if (!this.book.knows(group, queue.key))
      this.book.waiting.add(queue.key, group, { at, name, failed: 0, attempts: 0, sample: jobId });
  }

  private async load(): Promise<void> {
    const [scans, kept] = await Promise.all([
      this.store.hgetall(keys.failureScans(this.source)),
      this.store.hgetall(keys.failureRetained(this.source)),
    ]);
    this.scans.clear();
    this.kept.clear();
    for (const [key, text] of Object.entries(scans)) {
      const scan = parseStored(scanRecordSchema, text);
      if (scan) this.scans.set(key, scan);
    }
    for (const [key, text] of Object.entries(kept)) {
      const retained = parseStored(retainedSchema, text);
      if (retained) this.kept.set(key, retained);
    }
    this.isLoaded = true;
  }
}

/** Of a scan that goes on while it is being written. */
function copy(scan: ScanRecord | undefined): ScanRecord | null {
  return scan ? { ...scan, groups: { ...scan.groups } } : null;
}
