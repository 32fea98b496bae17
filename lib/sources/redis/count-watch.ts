import type { QueueId } from '../../domain/queue';
import type { Witness } from '../position';
import type { QueueReading } from '../source';
import type { Redis } from '../../redis/connection';
import { noteCounter } from './bull-arrivals';
import type { EventIntake } from './event-intake';
import { areTheSame } from './gap-evidence';
import { agesOf, oldestRunnable } from './oldest-jobs';
import { baselineOf, readCounts, type RawReading } from './read-counts';
import { runOf, type Watched, type WatchedQueues } from './watched';
import type { WorkerWatch } from './worker-watch';

/** Queues in which nothing moves are read this often; events wake them at once. */
const IDLE_READ_MS = 5_000;
/** A queue counts as moving this long after its last event or change. */
const HOT_MS = 10_000;
/** Entries of a stream may be this much older (ms) than the look that reads them. */
const LAST_MOMENT_MS = 1_000;

const PERHAPS_ANEW =
  'The queue was paused, and may have been emptied and filled again between two looks: no job that was there before is there still.';

/** Reads how many jobs each queue has where, and what that says of its counter. */
export class CountWatch {
  constructor(
    private readonly redis: Redis,
    private readonly intake: EventIntake,
    private readonly queues: WatchedQueues,
    private readonly workers: WorkerWatch,
  ) {}

  /** Reads the queues whose turn it is. `now`: ms, our clock; `at`: the broker's. */
  async step(now: number): Promise<{ at: number; readings: QueueReading[] }> {
    const due = [...this.queues.values()].filter((watched) => watched.unread === null && this.isDue(watched, now));
    const { at, readings } = await readCounts(this.redis, due);
    const taken: QueueReading[] = [];
    const suspects: Suspect[] = [];
    for (const [index, watched] of due.entries()) {
      const raw = readings[index];
      if (!raw) continue;
      const reading = this.toReading(watched, raw, raw.at);
      if (raw.oldestActiveId === null) watched.oldestActive = null;
      else if (watched.oldestActive?.id !== raw.oldestActiveId)
        watched.oldestActive = { id: raw.oldestActiveId, since: now };
      const held = noteCounter(watched, raw, watched.hasGap);
      if (watched.hasGap) watched.heldArrivals = held;
      suspects.push(...suspectsIn(watched, raw));
      this.noteBaseline(watched, raw, at);
      if (hasMoved(watched.reading, reading)) watched.movedAt = now;
      watched.lives.prune(unfinishedIn(reading));
      // Its first job: what its keys say now is looked up with the next look.
      if (watched.isOnlyNamed && raw.counter > 0) watched.checkedAt = 0;
      watched.reading = reading;
      watched.readAt = now;
      taken.push(reading);
    }
    await this.markAnew(suspects, at);
    return { at, readings: taken };
  }

  /** Bull's counter may be past where it stood, although the queue was emptied between two readings. */
  private async markAnew(suspects: readonly Suspect[], at: number): Promise<void> {
    if (suspects.length === 0) return;
    const areSame = await areTheSame(this.redis, suspects);
    for (const [index, { queue, since }] of suspects.entries())
      if (!areSame[index]) this.intake.tellGap({ queue, from: since - LAST_MOMENT_MS, to: at, reason: PERHAPS_ANEW });
  }

  /** A counter of adds that fell means that all was taken away: events of the moment before may have gone unread. */
  private noteBaseline(watched: Watched, raw: RawReading, at: number): void {
    const { baseline, reading, id } = watched;
    watched.baseline = baselineOf(raw, runOf(watched));
    watched.olderBaseline = baseline && reading && { baseline, at: reading.at, came: watched.came };
    watched.came = 0;
    if (!baseline || baseline.added <= raw.counter || !reading) return;
    const reason = 'The queue was made anew, or lost its data: what happened just before is not known.';
    this.intake.tellGap({ queue: id, from: reading.at - LAST_MOMENT_MS, to: at, reason });
  }

  /** Without an event nothing moves but what no event tells (removals, workers): such queues are read less often. */
  private isDue({ base, readAt, movedAt, reading, withoutLock }: Watched, now: number): boolean {
    if (reading === null || now - movedAt < HOT_MS || now - readAt >= IDLE_READ_MS) return true;
    return reading.workers !== this.workers.countOf(base) || reading.stalledJobs !== withoutLock;
  }

  private toReading(watched: Watched, raw: RawReading, at: number): QueueReading {
    const entered = (jobId: string | null) => (jobId === null ? null : watched.lives.waitingSince(jobId));
    const oldest = agesOf(raw.oldest, at, {
      waiting: entered(raw.nextJobId),
      prioritized: entered(raw.nextPrioritizedId),
    });
    const runnable = oldestRunnable(oldest);
    return {
      id: watched.id,
      kind: watched.kind,
      version: watched.version,
      ...(watched.isOnlyNamed && raw.counter === 0 && { knownBy: 'workers' as const }),
      readOnlyReason: watched.readOnlyReason,
      at,
      counts: raw.counts,
      isPaused: raw.isPaused,
      oldestWaitingMs: runnable?.ms ?? null,
      oldestWaitingIsAtLeast: runnable?.isAtLeast ?? false,
      oldest,
      workers: this.workers.countOf(watched.base),
      stalledJobs: watched.withoutLock,
    };
  }
}

type Suspect = { queue: QueueId; base: string; witness: Witness | undefined; since: number };

/**
 * Only a paused queue can be obliterated, and the pause goes with it; its counter is past where it stood only if as many
 * jobs came since. What was heard in this look may have been done just before the last reading, so that the job that is
 * asked for is of the one before.
 */
function suspectsIn(watched: Watched, { isPaused }: RawReading): Suspect[] {
  const { id, base, pauses, came, reading, baseline } = watched;
  watched.pauses = 0;
  const before = watched.olderBaseline ?? (reading && baseline && { baseline, at: reading.at, came: 0 });
  if (before === null || pauses <= (isPaused ? 1 : 0)) return [];
  // Of what came last not all may have been heard yet.
  if (2 * (came + before.came) + 20 < before.baseline.added) return [];
  return [{ queue: id, base, witness: before.baseline.witness, since: before.at }];
}

function unfinishedIn({ counts }: QueueReading): number {
  const { waiting, active, delayed, prioritized, waitingChildren, paused } = counts;
  return [waiting, active, delayed, prioritized, waitingChildren, paused].reduce<number>(
    (sum, count) => sum + (count ?? 0),
    0,
  );
}

function hasMoved(before: QueueReading | null, after: QueueReading): boolean {
  if (before === null) return true;
  return (
    before.isPaused !== after.isPaused ||
    (Object.keys(after.counts) as (keyof typeof after.counts)[]).some((key) => before.counts[key] !== after.counts[key])
  );
}
