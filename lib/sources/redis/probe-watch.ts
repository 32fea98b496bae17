import type { Redis } from '../../redis/connection';
import type { QueueId } from '../../domain/queue';
import type { QueueProbe } from '../source';
import { isForbidden } from './broker-facts';
import { readLimits } from './queue-limits';
import { readSchedulers } from './scheduler-read';
import { sampleStates, type SampledStates } from './sample-states';
import { results } from './job-sets';
import type { Watched, WatchedQueues } from './watched';

/** Limits, due times and schedulers of a queue: four short reads. Those where jobs wait are asked again first. */
const ASK_EVERY_MS = 5_000;
const ASK_QUIET_EVERY_MS = 30_000;
const ASKED_AT_ONCE = 8;
/** A few jobs of each state, and their sizes: a dozen reads of constant time a state. */
const SAMPLE_EVERY_MS = 10_000;
const SAMPLE_QUIET_EVERY_MS = 120_000;
const SAMPLED_AT_ONCE = 2;
/** Schedulers read of each queue: those whose turn is next. */
const NEXT_SCHEDULERS = 3;
/** Delayed jobs whose due time is looked up: every tenth part of all. */
const TENTHS = 10;
/** Both libraries keep due times as ms × 4096. */
const DUE_SCALE = 0x1000;

type Known = { askedAt: number; sampledAt: number; sampled: SampledStates | null; probe: QueueProbe | null };

/** Looks more closely at a few queues in each look, those first in which something waits or moves. */
export class ProbeWatch {
  private readonly known = new Map<string, Known>();
  private isRefused = false;

  constructor(
    private readonly redis: Redis,
    private readonly queues: WatchedQueues,
  ) {}

  /** Probes that are new. `now`: ms, our clock; `at`: the same by the broker's. */
  async step(now: number, at: number): Promise<{ queue: QueueId; probe: QueueProbe }[]> {
    for (const base of this.known.keys()) if (!this.queues.has(base)) this.known.delete(base);
    const readable = [...this.queues.values()].filter(({ unread, reading }) => unread === null && reading !== null);
    const asked = this.turn(readable, now, ASKED_AT_ONCE, 'askedAt', ASK_EVERY_MS, ASK_QUIET_EVERY_MS);
    const sampled = this.turn(readable, now, SAMPLED_AT_ONCE, 'sampledAt', SAMPLE_EVERY_MS, SAMPLE_QUIET_EVERY_MS);
    if (!this.isRefused) for (const watched of sampled) await this.sample(watched, now, at);
    const both = [...new Set([...asked, ...sampled])];
    const probes = await Promise.all(both.map((watched) => this.ask(watched, now, at)));
    return both.flatMap((watched, index) => {
      const probe = probes[index];
      return probe ? [{ queue: watched.id, probe }] : [];
    });
  }

  private turn(
    readable: readonly Watched[],
    now: number,
    most: number,
    field: 'askedAt' | 'sampledAt',
    everyMs: number,
    quietEveryMs: number,
  ): Watched[] {
    return readable
      .map((watched) => {
        const since = now - (this.known.get(watched.base)?.[field] ?? 0);
        return { watched, late: since / (isBusy(watched, now) ? everyMs : quietEveryMs) };
      })
      .filter(({ late }) => late >= 1)
      .sort((a, b) => b.late - a.late)
      .slice(0, most)
      .map(({ watched }) => watched);
  }

  private entry(base: string): Known {
    let entry = this.known.get(base);
    if (!entry) this.known.set(base, (entry = { askedAt: 0, sampledAt: 0, sampled: null, probe: null }));
    return entry;
  }

  private async sample(watched: Watched, now: number, at: number): Promise<void> {
    const entry = this.entry(watched.base);
    entry.sampledAt = now;
    try {
      entry.sampled = { ...(await sampleStates(this.redis, watched)), at };
    } catch (error) {
      if (!isForbidden(error)) throw error;
      // Sizes are not ours to know here; all else is.
      this.isRefused = true;
      entry.sampled = null;
    }
  }

  private async ask(watched: Watched, now: number, at: number): Promise<QueueProbe | null> {
    const entry = this.entry(watched.base);
    entry.askedAt = now;
    try {
      const [limits, schedulers, due] = await Promise.all([
        readLimits(this.redis, watched),
        readSchedulers(this.redis, watched, 0, NEXT_SCHEDULERS),
        this.due(watched, at),
      ]);
      const { concurrency, rateLimit, limiter } = limits;
      entry.probe = {
        at,
        limits: { concurrency, max: rateLimit?.max ?? null, durationMs: rateLimit?.durationMs ?? null },
        limiter: limiter && { started: limiter.started ?? Number.MAX_SAFE_INTEGER, resetsInMs: limiter.resetsInMs },
        due,
        schedulers,
        states: entry.sampled?.states ?? null,
        sampledAt: entry.sampled?.at ?? null,
        keeps: entry.sampled?.keeps ?? { completed: null, failed: null },
        eventBytes: entry.sampled?.eventBytes ?? null,
      };
    } catch (error) {
      if (!isForbidden(error)) throw error;
      entry.probe = null;
    }
    return entry.probe;
  }

  private async due({ base, reading }: Watched, at: number): Promise<QueueProbe['due']> {
    const delayed = reading?.counts.delayed ?? 0;
    if (delayed === 0) return [];
    const ranks = Array.from({ length: TENTHS + 1 }, (_, n) => Math.round(((delayed - 1) * n) / TENTHS));
    const reads = this.redis.pipeline();
    for (const rank of ranks) reads.zrange(`${base}:delayed`, rank, rank, 'WITHSCORES');
    const found = (await results(reads)) as string[][];
    return found.flatMap(([, score], index) =>
      score === undefined ? [] : [{ withinMs: Number(score) / DUE_SCALE - at, jobs: (ranks[index] ?? 0) + 1 }],
    );
  }
}

function isBusy({ reading, movedAt }: Watched, now: number): boolean {
  if (now - movedAt < 30_000) return true;
  const { waiting, paused, prioritized, delayed, active } = reading?.counts ?? {};
  return [waiting, paused, prioritized, delayed, active].some((count) => (count ?? 0) > 0);
}
