import { Redis } from 'ioredis';

/** Commands that keep Redis busy for longer than this are counted, ms. */
export const BLOCK_MS = 10;

export type Blocked = {
  seconds: number;
  /** Scripts that ran, and how long one took on average by Redis' own record. */
  calls: number;
  scriptMs: number;
  /** Commands over `BLOCK_MS`, and the longest of all. */
  blocks: number;
  longestMs: number;
  /** Longest time that another connection's PING took, the machine's own delays included. */
  pingMs: number;
};

/** How long something keeps Redis from answering others: by its slow log, and by a connection that pings all the time. */
export class BlockProbe {
  constructor(
    private readonly redis: Redis,
    private readonly url: string,
  ) {}

  async measured(work: () => Promise<void>): Promise<Blocked> {
    const { redis } = this;
    await redis.config('SET', 'slowlog-log-slower-than', '2000');
    await redis.config('SET', 'slowlog-max-len', '100000');
    await redis.config('RESETSTAT');
    await redis.call('SLOWLOG', 'RESET');
    const pings = this.ping();
    const start = performance.now();
    await work();
    const seconds = (performance.now() - start) / 1_000;
    const pingMs = await pings.end();
    const log = (await redis.call('SLOWLOG', 'GET', '100000')) as [number, number, number, string[]][];
    const slow = log.filter(([, , , [command]]) => !/^(slowlog|config|info|zcount|flush)/i.test(command ?? ''));
    const ms = slow.map(([, , usec]) => usec / 1_000);
    const [, calls = '0', usec = '0'] =
      /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(await redis.info('commandstats')) ?? [];
    return {
      seconds,
      calls: Number(calls),
      scriptMs: Number(usec) / Math.max(1, Number(calls)) / 1_000,
      blocks: ms.filter((one) => one > BLOCK_MS).length,
      longestMs: ms.reduce((longest, one) => Math.max(longest, one), 0),
      pingMs,
    };
  }

  private ping(): { end(): Promise<number> } {
    const redis = new Redis(this.url);
    let isOver = false;
    let longest = 0;
    const loop = (async () => {
      await redis.ping();
      while (!isOver) {
        const start = performance.now();
        await redis.ping();
        longest = Math.max(longest, performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      redis.disconnect();
    })();
    return {
      end: async () => {
        isOver = true;
        await loop;
        return longest;
      },
    };
  }
}
