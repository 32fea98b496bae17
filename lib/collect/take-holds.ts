import type { Usual } from '../diagnose/active-jobs';
import { toQueueKey } from '../domain/queue-key';
import { quantileBound } from '../domain/totals';
import type { SourceWorkers } from '../domain/worker';
import type { SourceReading } from '../sources/source';
import type { Around } from './queue-stalls';
import type { WatchedQueue } from './watched-queue';

/** Gives each active job that was looked at, and each stall, its verdict. `workers`: as last listed. */
export function takeHolds(
  { holds = [], stalls = [], facts }: SourceReading,
  queues: ReadonlyMap<string, WatchedQueue>,
  workers: SourceWorkers | null,
): void {
  const around = (key: string): Around => ({
    workers: workers?.workers?.filter(({ queueKey }) => queueKey === key) ?? null,
    left: workers?.left?.filter(({ queueKey }) => queueKey === key) ?? [],
    slowSpells: facts.slowSpells ?? [],
  });
  for (const sample of holds) {
    const watched = queues.get(toQueueKey(sample.queue));
    if (watched) watched.stalls.look(sample, around(watched.key), (name) => usualRun(watched, name));
  }
  for (const stall of stalls) {
    const watched = queues.get(toQueueKey(stall.queue));
    watched?.stalls.take(stall, around(watched.key));
    watched?.lately.jobs.stalled(stall.job.id, stall.at, stall.job.name);
  }
}

/** Of the name where enough runs of it are known, else of all runs since counting began. */
function usualRun({ figures, totals }: WatchedQueue, name: string | null): Usual | null {
  const ofName = name === null ? null : figures.usualRunOf(name);
  if (ofName !== null) return { p99Ms: ofName, of: 'name' };
  const ofQueue = quantileBound(totals.value().run, 0.99);
  return ofQueue === null ? null : { p99Ms: ofQueue, of: 'queue' };
}
