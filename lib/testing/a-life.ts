import { diagnose, NO_MEMORY, type DiagnosisMemory } from '../diagnose/diagnose';
import { bareLook, type Look } from '../diagnose/look';
import { Lately } from '../diagnose/lately';
import type { Queue, Verdict } from '../domain/queue';
import type { JobEvent } from '../sources/source';
import { aRandom } from './a-history';
import { aQueue } from './a-queue';

/** How a queue is at one second of its life. Rates in jobs per second, times in ms. */
export type Second = {
  arrive?: number;
  /** Jobs that come at once in this second, in addition. */
  atOnce?: number;
  workers?: number | null;
  /** Jobs that each worker runs at once. */
  slots?: number;
  runMs?: number;
  /** Part of the jobs that fail for good, and attempts that fail for each job that ends. */
  failShare?: number;
  retries?: number;
  /** Job names by their part of what arrives, and what they take if it is not `runMs`. */
  names?: Record<string, { part: number; runMs?: number }>;
  isPaused?: boolean;
  /** Starts a second at most. */
  limit?: number;
  /** What is changed in the queue as it is seen. */
  queue?: Parameters<typeof aQueue>[0];
  /** What else is looked at. */
  look?: Partial<Look>;
  /** Events besides. */
  events?: readonly JobEvent[];
};

export const LIFE_START = 1_795_511_400_000;

/** Lives a queue's life second by second, looks at it once a second, and answers what was shown at each. */
export function live(seconds: number, at: (second: number) => Second, since = LIFE_START - 900_000): Verdict[][] {
  const random = aRandom(11);
  const recent = new Lately(since);
  let memory: DiagnosisMemory = NO_MEMORY;
  let [waiting, owed] = [0, 0];
  return Array.from({ length: seconds }, (_, second) => {
    const now = LIFE_START + second * 1_000;
    const is = at(second);
    const { workers = 2, slots = 1, runMs = 100, isPaused = false, failShare = 0, retries = 0, limit = Infinity } = is;
    const names = Object.entries(is.names ?? { work: { part: 1 } });
    const came = poisson(random.next, is.arrive ?? 0) + (is.atOnce ?? 0);
    const free = isPaused ? 0 : (workers ?? 2) * slots;
    const share = names.reduce((sum, [, { part }]) => sum + part, 0);
    const meanMs = names.reduce((sum, [, name]) => sum + ((name.runMs ?? runMs) * name.part) / share, 0);
    owed += (free * 1000) / meanMs / (1 + retries);
    const done = Math.min(waiting + came, Math.floor(owed), limit);
    owed = Math.min(owed - done, 1);
    waiting += came - done;
    const events: JobEvent[] = [...(is.events ?? [])];
    for (const [name, { part }] of names) {
      const count = Math.round((came * part) / share);
      if (count > 0) events.push({ at: now, name, type: 'arrived', count });
    }
    for (let n = 0; n < done; n += 1) {
      const [name, { runMs: own = runMs }] = names[n % names.length] as (typeof names)[number];
      const took = own * (0.8 + 0.4 * random.next());
      const failure = {
        jobId: `${second}-${n}`,
        group: { fingerprint: 'f'.repeat(12), errorClass: 'Error', title: 'no answer', frame: null },
      };
      events.push({ at: now, name, type: 'started', waitMs: free === 0 ? null : (waiting / Math.max(1, done)) * 1000 });
      if (random.next() < failShare) events.push({ at: now, name, type: 'failed', runMs: took, failure });
      else events.push({ at: now, name, type: 'completed', runMs: took });
      for (let tried = 0; tried < retries; tried += 1)
        events.push({ at: now, name, type: 'attempt-failed', count: 1, runMs: took, failure });
    }
    recent.take(events);
    const busy = Math.min(free, Math.max(waiting > 0 ? free : 0, Math.ceil((done * meanMs) / 1000)));
    const queue: Queue = aQueue({
      ...is.queue,
      workers,
      isPaused,
      readAt: now,
      counts: { waiting, active: busy, ...is.queue?.counts },
      ...(waiting > 0 ? { oldestWaitingMs: (waiting / Math.max(1, done)) * 1000 } : {}),
      ...(is.queue?.oldestWaitingMs === undefined ? {} : { oldestWaitingMs: is.queue.oldestWaitingMs }),
      lastMinute: { started: done, ...is.queue?.lastMinute },
    });
    recent.observe(queue, now);
    const judged = diagnose({ ...bareLook(queue, recent, now), ...is.look }, memory);
    memory = structuredClone(judged.memory);
    return judged.verdicts;
  });
}

function poisson(next: () => number, mean: number): number {
  if (mean > 200) return Math.round(mean);
  const limit = Math.exp(-mean);
  let product = next();
  let count = 0;
  for (; product > limit; count += 1) product *= next();
  return count;
}
