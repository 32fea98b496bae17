import { messageOf } from '../../domain/errors';
import type { Departure, SourceWorkers } from '../../domain/worker';
import { MAX_DEPARTURES, MAX_WORKERS } from '../../domain/worker';
import { readConsumers, type Consumer } from './broker-list';
import { ManagementRefusal, type Management } from './management';

/** Both lists are not paged: the broker makes them whole each time. */
const EVERY_MS = 30_000;
const KEPT_MS = 15 * 60_000;

/** Limits of a queue's consumers together; `null` where one of them has none. */
export type Prefetch = { consumers: number; limit: number | null };

/** Who consumes what, looked at every 30 s. */
export class ConsumerWatch {
  /** By `key(vhost, queue)`; `null` while it is not known. */
  byQueue: ReadonlyMap<string, Prefetch> | null = null;
  blockedConnections: number | null = null;
  /** Why nothing is known, `null` when it is. */
  reason: string | null = null;
  private askedAt = 0;
  private since: number | null = null;
  private seen = new Map<string, { consumer: Consumer; at: number }>();
  private left: Departure[] = [];

  constructor(
    private readonly api: Management,
    private readonly source: string,
  ) {}

  /** A new list when it is time for one, else `null`. `now`: ms. @throws AppError `source-down` */
  async step(now: number): Promise<SourceWorkers | null> {
    if (now - this.askedAt < EVERY_MS) return null;
    this.askedAt = now;
    try {
      const { list, blockedConnections } = await readConsumers(this.api, this.source, now);
      this.reason = null;
      this.blockedConnections = blockedConnections;
      this.byQueue = sums(list);
      this.noteDepartures(list, now);
      this.since ??= now;
      return {
        source: this.source,
        at: now,
        reason: null,
        total: list.length,
        workers: list.slice(0, MAX_WORKERS).map(({ worker }) => worker),
        left: this.left,
        since: this.since,
      };
    } catch (error) {
      this.byQueue = null;
      this.blockedConnections = null;
      if (!(error instanceof ManagementRefusal)) throw error;
      this.reason = `The list of consumers is refused: ${messageOf(error)}.`;
      return { source: this.source, at: now, reason: this.reason, total: null, workers: null };
    }
  }

  private noteDepartures(list: readonly Consumer[], now: number): void {
    const before = this.seen;
    this.seen = new Map(list.slice(0, MAX_WORKERS).map((consumer) => [consumer.worker.id, { consumer, at: now }]));
    for (const [id, { consumer, at }] of before) {
      if (this.seen.has(id)) continue;
      const { queueKey, name, address, host, connectedAt } = consumer.worker;
      this.left.push({ id, queueKey, name, address, host, connectedAt, seenAt: at, leftAt: now });
    }
    this.left = this.left.filter(({ leftAt }) => now - leftAt < KEPT_MS).slice(-MAX_DEPARTURES);
  }
}

function sums(list: readonly Consumer[]): Map<string, Prefetch> {
  const byQueue = new Map<string, Prefetch>();
  for (const { vhost, queue, prefetch, worker } of list) {
    const key = JSON.stringify([vhost, queue]);
    const before = byQueue.get(key) ?? { consumers: 0, limit: 0 };
    // 0 means no limit; a consumer without acknowledgements holds nothing.
    const own = worker.consumer?.needsAck === false ? 0 : prefetch === null || prefetch === 0 ? null : prefetch;
    const limit = own === null || before.limit === null ? null : before.limit + own;
    byQueue.set(key, { consumers: before.consumers + 1, limit });
  }
  return byQueue;
}
