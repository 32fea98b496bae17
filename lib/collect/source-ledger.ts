import type { FailureKeeper } from '../failures/failure-keeper';
import { backlogOf } from '../domain/backlog';
import { toQueueKey } from '../domain/queue-key';
import { readPresence } from '../history/history-store';
import type { Tiers } from '../history/tiers';
import type { Redis } from '../redis/connection';
import { readPosition, WHOLE_SOURCE } from '../sources/position';
import type { EventGap, SourceReading, SourceWatch } from '../sources/source';
import { keys } from '../store/keys';
import { CUT_MS, cutReading, type Cut } from './cut-reading';
import { goOn, type Progress } from './go-on';
import { HeldReadings, type HeldReading } from './held-readings';
import { loadSlots } from './load-slots';
import type { Presence } from './presence';
import type { SchedulerRuns } from './scheduler-runs';
import type { SourceNews } from './source-news';
import type { SourceQueues } from './source-queues';
import type { WatchedQueue } from './watched-queue';

/** Where nobody says up to when all is stored, a standby holds what it saw in this time. */
const HELD_MS = 60_000;

type Parts = {
  store: Redis;
  watch: SourceWatch;
  queues: SourceQueues;
  presence: Presence;
  failures: FailureKeeper;
  schedulerRuns: SchedulerRuns;
  news: SourceNews;
  tiers: Tiers;
};

/**
 * Brings what is seen of one source into what is to be stored of it. Only the collector that writes does; any other holds
 * its readings until it knows that they are stored, or until it has to go on from there itself.
 */
export class SourceLedger {
  private readonly held = new HeldReadings();
  /** Where the store of the collector before ended, as long as what was before it may still be told. */
  private cuts = new Map<string, Cut>();

  constructor(private readonly parts: Parts) {}

  add(reading: SourceReading): void {
    this.held.add({ reading, cursors: this.parts.watch.cursors() });
  }

  /** Another collector writes: lets go of what it has stored by now. A store that does not answer keeps all. */
  async waitForOther(now: number): Promise<void> {
    const { store, watch } = this.parts;
    const whole = await store.hget(keys.cursors(watch.name), WHOLE_SOURCE).catch(() => null);
    this.held.forgetUntil(readPosition(whole ?? undefined)?.ms ?? now - HELD_MS);
  }

  /** This collector writes from now on. `firstLookAt`: since when it looks (ms, broker's clock), `null`: not yet. */
  goOn(progress: Progress, firstLookAt: number | null, now: number): void {
    const { watch, queues, presence, failures, news, tiers } = this.parts;
    const all = queues.withLeaving();
    const { cuts, gaps, storedUntil, rewound } = goOn(all, progress, {
      source: watch,
      news,
      tiers,
      holdsEvents: (...where) => this.held.hasEvents(...where),
      now,
    });
    this.held.change((reading) => cutReading(reading, cuts), rewound);
    this.held.addGaps(gaps);
    for (const queue of all) {
      const cut = cuts.get(queue.key);
      if (cut) queue.stalls.forgetStored(cut.seenAfter);
    }
    this.cuts = new Map([...cuts].filter(([, { isReread }]) => !isReread));
    const whole = progress.cursors[WHOLE_SOURCE];
    if (!news.isOurs(WHOLE_SOURCE, whole)) {
      const at = readPosition(whole)?.ms ?? null;
      presence.goOn(at !== null && firstLookAt !== null && firstLookAt <= at ? at : null);
    }
    news.cursors = { ...progress.cursors };
    news.writtenCursors = progress.cursors;
    failures.takeOver((queueKey) => storedUntil.get(queueKey) ?? -Infinity);
  }

  /** Takes in what is held. @throws when the store does not answer; what was not taken in stays */
  async takeHeld(isWriter: () => boolean): Promise<void> {
    await this.held.drain((one) => this.take(one, isWriter));
  }

  /** In one go with the positions that it reaches up to, so that whoever stores both stores what belongs together. */
  private async take({ reading: held, cursors }: HeldReading, isWriter: () => boolean): Promise<boolean> {
    const reading = this.beyondCuts(held);
    const { store, watch, presence, news } = this.parts;
    const begun = presence.wanted(reading.at);
    const covered = begun.length === 0 ? [] : await readPresence(store, watch.name, begun);
    await loadSlots(store, this.wantedBy(reading));
    if (!isWriter()) return false;
    for (const [index, { tier, at }] of begun.entries()) presence.load(tier, at, covered[index] ?? 0);
    presence.looked(reading.at);
    this.count(reading);
    news.cursors = cursors;
    return true;
  }

  /** Events that were on their way when this collector took over are told now. */
  private beyondCuts(reading: SourceReading): SourceReading {
    for (const [key, { seenAfter }] of this.cuts) if (reading.at > seenAfter + CUT_MS) this.cuts.delete(key);
    return this.cuts.size === 0 ? reading : cutReading(reading, this.cuts);
  }

  private count({ readings, events, gaps }: SourceReading): void {
    const { queues, failures, schedulerRuns } = this.parts;
    for (const reading of readings) queues.find(reading.id)?.figures.observe(reading, backlogOf(reading.counts));
    for (const { queue, events: list } of events) {
      const watched = queues.find(queue);
      if (!watched) continue;
      watched.figures.take(list);
      watched.totals.take(list);
      failures.take(watched.key, list);
      schedulerRuns.take(watched.key, list);
    }
    for (const gap of gaps)
      for (const { figures } of queues.affected(gap.queue)) figures.markGap(gap.from, gap.to, gap.reason, gap.exact);
  }

  /** Slots that others had begun (or this one before a restart, or a minute ago) are gone on with, not begun anew. */
  private wantedBy({ readings, events, gaps }: SourceReading) {
    const { queues } = this.parts;
    const eventsOf = new Map(events.map(({ queue, events: list }) => [toQueueKey(queue), list]));
    const readAt = new Map(readings.map((reading) => [toQueueKey(reading.id), reading.at]));
    const touched = new Map<string, WatchedQueue>();
    const gapsOf = new Map<string, EventGap[]>();
    for (const gap of gaps)
      for (const queue of queues.affected(gap.queue)) {
        touched.set(queue.key, queue);
        gapsOf.set(queue.key, [...(gapsOf.get(queue.key) ?? []), gap]);
      }
    for (const id of [...events.map(({ queue }) => queue), ...readings.map(({ id }) => id)]) {
      const queue = queues.find(id);
      if (queue) touched.set(queue.key, queue);
    }
    return [...touched.values()].map((queue) => ({
      queue,
      slots: queue.figures.wanted(
        eventsOf.get(queue.key) ?? [],
        gapsOf.get(queue.key) ?? [],
        readAt.get(queue.key) ?? null,
      ),
    }));
  }
}
