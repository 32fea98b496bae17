import { Redis } from 'ioredis';
import type { Broker } from '../../lib/domain/broker';
import { SEVERITIES, type Verdict } from '../../lib/domain/verdict';
import type { Queue } from '../../lib/domain/queue';
import { keys } from '../../lib/store/keys';

/** A verdict with whom it concerns. */
export type Seen = Verdict & { of: string };

/** Reads what the collector publishes: the list of all that is wrong, the worst first, brokers before queues. */
export class Watcher {
  private readonly redis: Redis;

  constructor(url: string) {
    this.redis = new Redis(url, { maxRetriesPerRequest: null });
    this.redis.on('error', () => undefined);
  }

  async list(): Promise<Seen[]> {
    const [queues, brokers] = await Promise.all([this.redis.hvals(keys.liveQueues), this.redis.get(keys.liveBrokers)]);
    const found = [
      ...((brokers ? JSON.parse(brokers) : []) as Broker[]).flatMap(({ source, verdicts = [] }) =>
        verdicts.map((verdict) => ({ ...verdict, of: source })),
      ),
      ...queues
        .map((text) => JSON.parse(text) as Queue)
        .flatMap(({ id, verdicts }) => verdicts.map((verdict) => ({ ...verdict, of: id.name }))),
    ];
    const rank = ({ severity }: Seen) => SEVERITIES.indexOf(severity);
    return found.sort((a, b) => rank(b) - rank(a));
  }

  async knows(names: readonly string[]): Promise<boolean> {
    const queues = await this.redis.hvals(keys.liveQueues);
    const known = new Set(queues.map((text) => (JSON.parse(text) as Queue).id.name));
    return names.every((name) => known.has(name));
  }

  close(): void {
    this.redis.disconnect();
  }
}
