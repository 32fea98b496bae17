import type { Redis } from '../redis/connection';
import { ChunkCloser } from '../history/chunk-closer';
import type { Tiers } from '../history/tiers';
import { markCommands, parse as parseMark } from '../marks/mark-store';
import type { ObservedMarks } from '../marks/observed-marks';
import { keys } from '../store/keys';
import { batches, type Lease } from '../store/lease';
import type { Publisher } from './publisher';
import type { SourceRunner } from './source-runner';
import { StoreGuard } from './store-guard';

const EVERY_MS = 5_000;
/** After so many events figures are written earlier, above all those of a time in which nobody collected. */
const MANY_EVENTS = 25_000;
const EVERY_MS_IF_MANY = 1_000;
/** Packing of old chunks may take this much of a round of writing. */
const CLOSING_BUDGET_MS = 100;
/** Marks of the last minutes may say already what is about to be written. */
const RECENT_MARKS_MS = 120_000;

/** Brings the store up to date every few seconds: marks, figures and totals of all sources, and closed chunks. */
export class HistoryWriter {
  /** Why history is not written, `null` while it is. */
  pausedBecause: string | null = null;
  private readonly guard: StoreGuard;
  private readonly closer: ChunkCloser;
  private writtenAt = 0;
  /** What is left of many events follows soon, too. */
  private wroteMany = false;

  constructor(
    private readonly store: Redis,
    private readonly lease: Lease,
    private readonly marks: ObservedMarks,
    tiers: Tiers,
    storeMaxMb: number,
  ) {
    this.guard = new StoreGuard(store, storeMaxMb);
    this.closer = new ChunkCloser(store, tiers);
  }

  isDue(runners: readonly SourceRunner[]): boolean {
    const enough = this.wroteMany ? 1 : MANY_EVENTS;
    const many = runners.some((runner) => runner.isWriter() && runner.unwrittenEvents >= enough);
    return Date.now() - this.writtenAt >= (many ? EVERY_MS_IF_MANY : EVERY_MS);
  }

  /** @throws when the store does not take it; what was not written is written the next time */
  async write(runners: readonly SourceRunner[], publisher: Publisher): Promise<void> {
    this.writtenAt = Date.now();
    // A source that does not answer has not gone on from its predecessor yet.
    const writers = runners.filter((runner) => runner.isWriter());
    this.pausedBecause = await this.guard.objection(Date.now());
    if (this.pausedBecause !== null) {
      for (const runner of writers) publisher.addTotals(runner.news.totals());
      return;
    }
    await this.writeMarks();
    let events = 0;
    for (const runner of writers) {
      await runner.news.prepare();
      // A look that ends meanwhile brings more.
      const counted = runner.unwrittenEvents;
      const { groups, settle, totals } = runner.news.unwritten();
      for (const batch of batches(groups)) await this.lease.write(batch);
      settle();
      runner.unwrittenEvents -= counted;
      events += counted;
      publisher.addTotals(totals);
      await runner.schedulerRuns.write(this.store, this.lease, this.writtenAt);
    }
    this.wroteMany = events >= MANY_EVENTS;
    // Not before a source has told its time: chunks end by the broker's clock.
    const now = Math.max(...runners.map(({ lastAt }) => lastAt ?? -Infinity));
    if (Number.isFinite(now)) await this.closer.run(now, CLOSING_BUDGET_MS, (commands) => this.lease.write(commands));
  }

  private async writeMarks(): Promise<void> {
    const now = Date.now();
    if (!this.marks.hasDue(now)) return;
    const recent = await this.store.zrangebyscore(keys.marks, now - RECENT_MARKS_MS, '+inf');
    const stored = recent.map(parseMark).filter((mark) => mark !== null);
    const { marks, settle } = this.marks.due(now, stored);
    for (const batch of batches([markCommands(marks, now)])) await this.lease.write(batch);
    settle();
  }
}
