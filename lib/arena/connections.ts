import type { Redis } from '../redis/connection';
import type { SourceConfig } from '../config/config';
import type { Log } from '../config/log';
import { connectRedis, shareAmongQueues } from '../redis/connect';

/** One connection per source for all of Arena, opened when somebody first looks. */
export class ArenaConnections {
  private readonly open = new Map<string, Redis>();

  constructor(
    private readonly sources: readonly SourceConfig[],
    private readonly log: Log,
  ) {}

  of(sourceName: string): Redis {
    const known = this.open.get(sourceName);
    if (known) return known;
    const source = this.sources.find(({ name }) => name === sourceName);
    if (source?.kind !== 'redis') throw new Error(`no source ${sourceName}`);
    const redis = connectRedis(source.url, { name: 'tailback-arena', log: this.log });
    shareAmongQueues(redis);
    this.open.set(sourceName, redis);
    return redis;
  }

  /** Waits for the connection to be usable, at most `ms`. */
  async isUp(sourceName: string, ms: number): Promise<boolean> {
    const redis = this.of(sourceName);
    if (redis.status === 'ready') return true;
    return new Promise((resolve) => {
      const settle = (isUp: boolean) => {
        clearTimeout(timer);
        redis.off('ready', onReady);
        resolve(isUp);
      };
      const onReady = () => settle(true);
      const timer = setTimeout(() => settle(redis.status === 'ready'), ms);
      redis.once('ready', onReady);
    });
  }

  close(): void {
    for (const redis of this.open.values()) redis.disconnect();
  }
}
