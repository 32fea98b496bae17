import type { QueueTotals } from '../domain/totals';
import type { FailureKeeper } from '../failures/failure-keeper';
import { NAMES_CODEC, SERIES_CODEC } from '../history/codecs';
import { presenceCommands, recordCommands } from '../history/history-store';
import { readPosition, WHOLE_SOURCE } from '../sources/position';
import type { EventCursors } from '../sources/source';
import { keys } from '../store/keys';
import type { Command } from '../store/lease';
import type { Presence } from './presence';
import type { QueueFigures, UnwrittenFigures } from './queue-figures';
import type { SourceQueues } from './source-queues';

type Totals = [queueKey: string, QueueTotals][];

/** What one source's store does not know yet. */
export class SourceNews {
  /** Up to where events are taken in, and up to where that is stored. */
  cursors: EventCursors = {};
  writtenCursors: EventCursors = {};
  /** As last sent to the store: if no answer came, they may be there. */
  private sentCursors: EventCursors = {};
  /** Queues that are gone: what is stored of their position and totals is not for one that comes again. */
  private readonly ended = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly queues: SourceQueues,
    private readonly presence: Presence,
    private readonly failures: FailureKeeper,
    /** ms, broker's clock. */
    private readonly now: () => number,
  ) {}

  /** Whether a position found in the store is from here. */
  isOurs(queueKey: string, cursor: string | undefined): boolean {
    return cursor === this.writtenCursors[queueKey] || cursor === this.sentCursors[queueKey];
  }

  /** Whether it may have been stored without an answer. */
  wasSent(queueKey: string, cursor: string | undefined): boolean {
    return cursor !== this.writtenCursors[queueKey] && cursor === this.sentCursors[queueKey];
  }

  queueEnded(queueKey: string): void {
    this.ended.add(queueKey);
    delete this.writtenCursors[queueKey];
  }

  /** Totals that changed since they were last stored. */
  totals(): Totals {
    return this.changedTotals().map(({ key, totals }) => [key, totals]);
  }

  /** Reads what the next round builds upon; call before `unwritten`. */
  async prepare(): Promise<void> {
    await this.failures.prepare(this.now());
  }

  /**
   * Commands that bring the store up to date, one group a queue so that its records of all tiers, its totals and its
   * cursor are written in one step. Call `settle` when they are done. `totals`: those among them.
   */
  unwritten(): { groups: Command[][]; settle: () => void; totals: Totals } {
    const groups: Command[][] = [];
    const stored: [QueueFigures, UnwrittenFigures][] = [];
    const cursors = { ...this.cursors };
    const changed = this.changedTotals();
    const totals = new Map(changed.map((each) => [each.key, each.totals]));
    const ended = [...this.ended];
    this.failures.begin(this.now());
    if (ended.length > 0)
      groups.push([
        ['HDEL', keys.totals(this.source), ...ended],
        ['HDEL', keys.cursors(this.source), ...ended],
      ]);
    const settleStalls: (() => void)[] = [];
    const gone = this.queues.gone();
    for (const { key, figures } of gone) {
      const unwritten = figures.unwritten();
      stored.push([figures, unwritten]);
      groups.push(recordsOf(key, unwritten));
    }
    for (const { key, figures, stalls } of this.queues.here.values()) {
      const unwritten = figures.unwritten();
      stored.push([figures, unwritten]);
      const group = recordsOf(key, unwritten);
      const counted = totals.get(key);
      if (counted) group.push(['HSET', keys.totals(this.source), key, JSON.stringify(counted)]);
      const cursor = cursors[key];
      if (cursor !== undefined && (group.length > 0 || hasMoved(this.writtenCursors[key], cursor)))
        group.push(['HSET', keys.cursors(this.source), key, cursor]);
      else delete cursors[key];
      group.push(...this.failures.commands(key));
      const stalled = stalls.toStore(key);
      group.push(...stalled.commands);
      if (stalled.commands.length > 0) settleStalls.push(stalled.settle);
      groups.push(group);
    }
    groups.push(this.failures.tail(ended));
    const presence = this.presence.unwritten();
    groups.push(...presence.map(({ tier, at, coveredMs }) => presenceCommands(tier, this.source, at, coveredMs)));
    // Last, since it says that all the others are written.
    const whole = cursors[WHOLE_SOURCE];
    if (whole !== undefined) groups.push([['HSET', keys.cursors(this.source), WHOLE_SOURCE, whole]]);
    this.sentCursors = { ...this.writtenCursors, ...cursors };
    const settle = () => {
      const now = this.now();
      for (const [figures, unwritten] of stored) figures.settle(unwritten);
      this.queues.forget(gone);
      for (const settled of settleStalls) settled();
      this.presence.settle(presence, now);
      this.failures.settle(now);
      this.writtenCursors = { ...this.writtenCursors, ...cursors };
      for (const { key, version } of changed) this.queues.here.get(key)?.totals.settle(version);
      for (const key of ended) this.ended.delete(key);
    };
    return { groups: groups.filter((group) => group.length > 0), settle, totals: [...totals] };
  }

  private changedTotals(): { key: string; totals: QueueTotals; version: number }[] {
    const result = [];
    for (const { key, totals } of this.queues.here.values()) {
      const changed = totals.unwritten();
      if (changed) result.push({ key, ...changed });
    }
    return result;
  }
}

/** A time alone that went on is no news: the whole source's says the same. */
function hasMoved(written: string | undefined, cursor: string): boolean {
  if (written === undefined || written === cursor) return written === undefined;
  const [before, after] = [readPosition(written), readPosition(cursor)];
  return /-/.test(cursor) || JSON.stringify(before?.baseline) !== JSON.stringify(after?.baseline);
}

function recordsOf(queueKey: string, { series, names }: UnwrittenFigures): Command[] {
  return [
    ...series.flatMap(({ tier, at, record }) => recordCommands({ tier, queueKey, at }, record, SERIES_CODEC)),
    ...names.flatMap(({ tier, at, record }) => recordCommands({ tier, queueKey, at }, record, NAMES_CODEC)),
  ];
}
