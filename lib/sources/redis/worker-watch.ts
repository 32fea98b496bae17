import { isCluster, type Redis } from '../../redis/connection';
import type { Servers } from '../../redis/servers';
import { toQueueKey } from '../../domain/queue-key';
import { MAX_DEPARTURES, type Departure, type SourceWorkers } from '../../domain/worker';
import { hostOf, toSourceWorkers } from './source-workers';
import type { Watched, WatchedQueues } from './watched';
import { readWorkers, type ListedWorker, type Workers } from './worker-list';

const EVERY_MS = 5_000;
/** CLIENT LIST is O(clients): with more than `MANY_CLIENTS` it is asked less often. */
const MANY_CLIENTS = 2_000;
const EVERY_MS_MANY = 30_000;
/** Queues whose jobs wait that are asked about in one look, by one of their connections each: O(1) of them all. */
const WITNESSES_AT_ONCE = 100;
/** After a queue lost its last worker the list is asked at each look for this long: a restart brings it back at once. */
const WATCH_RETURN_MS = 8_000;
/** Whole lists beyond the regular ones: so many at once, and one more every so often. */
const EXTRA_LISTS = 10;
const EXTRA_EVERY_MS = 3_000;
/** Bull's workers wait for the list of jobs itself, BullMQ's (since 5) for a marker. */
const WAITS_WITH: Partial<Record<string, 'bull' | 'bullmq'>> = { brpoplpush: 'bull', bzpopmin: 'bullmq' };
/** Who left is remembered this long. */
const DEPARTED_KEPT_MS = 15 * 60_000;

/**
 * Knows who is connected. The whole list is read every 5 s; in between, of each queue whose jobs wait, one connection
 * is asked for by its number, and when that is gone the list is read at once: that nobody works is seen within a look.
 */
export class WorkerWatch {
  /** As last listed; `null` where the broker does not tell, and before the first list. */
  workers: Workers | null = null;
  private listedAt = 0;
  private since: number | null = null;
  private extraLists = EXTRA_LISTS;
  private extraAt = 0;
  private canAskById = true;
  private turn = 0;
  /** base → when it was seen to have lost its last worker. */
  private readonly emptiedAt = new Map<string, number>();
  private departures: Departure[] = [];
  private libraries = new Map<string, 'bull' | 'bullmq'>();

  constructor(
    private readonly source: string,
    private readonly redis: Redis,
    private readonly servers: Servers,
    private readonly database: number,
  ) {}

  /** Returns the list when it was read in this look. `now`: ms; `isWanted`: something hangs on who is there now. */
  async step(queues: WatchedQueues, now: number, isWanted = false): Promise<SourceWorkers | null> {
    const isDue = now - this.listedAt >= ((this.workers?.clients ?? 0) > MANY_CLIENTS ? EVERY_MS_MANY : EVERY_MS);
    if (this.listedAt === now || (!isDue && !(await this.isWorthAnother(queues, now, isWanted)))) return null;
    const before = this.workers;
    const beforeAt = this.listedAt;
    this.workers = await readWorkers(this.servers, this.database, (base) => ({
      kind: queues.get(base)?.kind ?? null,
      serverId: this.servers.holderOf(base).server?.id ?? null,
    }));
    this.listedAt = now;
    this.since ??= now;
    this.libraries = new Map();
    for (const { base, isWaiting, lastCommand } of this.workers?.list ?? []) {
      const library = isWaiting ? WAITS_WITH[lastCommand ?? ''] : undefined;
      if (library) this.libraries.set(base, library);
    }
    if (before && this.workers) this.compare(before, beforeAt, queues, now);
    return this.lastList(queues);
  }

  /** The newest list once more, with the queues that are known by now. */
  lastList(queues: WatchedQueues): SourceWorkers {
    const listed = toSourceWorkers(this.source, this.workers, queues, this.listedAt);
    return this.workers && this.since !== null ? { ...listed, since: this.since, left: this.departures } : listed;
  }

  countOf(base: string): number | null {
    return this.workers === null ? null : (this.workers.byBase.get(base) ?? 0);
  }

  /** Whose workers wait for jobs of a queue, told by the command they wait with; `null` where none does. */
  libraryOf(base: string): 'bull' | 'bullmq' | null {
    return this.libraries.get(base) ?? null;
  }

  private async isWorthAnother(queues: WatchedQueues, now: number, isWanted: boolean): Promise<boolean> {
    if (!this.workers || this.workers.clients > MANY_CLIENTS || !this.mayAskMore(now)) return false;
    for (const [base, at] of this.emptiedAt) if (now - at > WATCH_RETURN_MS) this.emptiedAt.delete(base);
    const isWorth = isWanted || this.emptiedAt.size > 0 || (await this.isAnyGone(queues));
    if (isWorth) this.extraLists -= 1;
    return isWorth;
  }

  private mayAskMore(now: number): boolean {
    const earned = Math.floor((now - this.extraAt) / EXTRA_EVERY_MS);
    if (earned > 0) {
      this.extraLists = Math.min(EXTRA_LISTS, this.extraLists + earned);
      this.extraAt = now;
    }
    return this.extraLists > 0;
  }

  /** Whether one of the connections by which queues with waiting jobs were known to be worked for is gone. */
  private async isAnyGone(queues: WatchedQueues): Promise<boolean> {
    if (!this.canAskById || isCluster(this.redis)) return false;
    const witnesses: string[] = [];
    const seen = new Set<string>();
    for (const { base, id } of this.workers?.list ?? []) {
      if (seen.has(base)) continue;
      seen.add(base);
      if (isWaitingForWork(queues.get(base))) witnesses.push(id);
    }
    if (witnesses.length === 0) return false;
    const from = witnesses.length > WITNESSES_AT_ONCE ? (this.turn * WITNESSES_AT_ONCE) % witnesses.length : 0;
    this.turn += 1;
    const asked = witnesses.slice(from, from + WITNESSES_AT_ONCE);
    try {
      const found = String(await this.redis.call('CLIENT', 'LIST', 'ID', ...asked));
      return found.split('\n').filter((line) => line !== '').length < asked.length;
    } catch {
      // Before Redis 6.2 there is no such question.
      this.canAskById = false;
      return false;
    }
  }

  private compare(before: Workers, beforeAt: number, queues: WatchedQueues, now: number): void {
    const after = this.workers as Workers;
    const present = new Set(after.list.map(({ id }) => id));
    for (const worker of before.list) {
      if (present.has(worker.id)) continue;
      const queue = queues.get(worker.base);
      if (queue) this.departures.push(departureOf(worker, queue, beforeAt, now));
      if (!after.byBase.has(worker.base) && isWaitingForWork(queue)) this.emptiedAt.set(worker.base, now);
    }
    for (const base of this.emptiedAt.keys()) if (after.byBase.has(base)) this.emptiedAt.delete(base);
    this.departures = this.departures.filter(({ leftAt }) => now - leftAt < DEPARTED_KEPT_MS).slice(-MAX_DEPARTURES);
  }
}

function isWaitingForWork(queue: Watched | undefined): boolean {
  const counts = queue?.reading?.counts;
  return counts !== undefined && !queue?.reading?.isPaused && (counts.waiting ?? 0) + (counts.prioritized ?? 0) > 0;
}

function departureOf(
  { id, name, address, ageMs }: ListedWorker,
  queue: Watched,
  listedAt: number,
  now: number,
): Departure {
  return {
    id,
    queueKey: toQueueKey(queue.id),
    name,
    address,
    host: hostOf(address),
    connectedAt: listedAt - ageMs,
    seenAt: listedAt,
    leftAt: now,
  };
}
