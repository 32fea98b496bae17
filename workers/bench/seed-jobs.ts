import type { Redis } from 'ioredis';
import type { QueueDriver } from '../../lib/testing/queue-driver';

const AT_ONCE = 2_000;

/**
 * An emptied database with one queue and `count` jobs of a state as the library leaves them, written straight: through
 * workers half a million takes minutes.
 */
export async function seedJobs(
  redis: Redis,
  url: string,
  driver: QueueDriver,
  name: string,
  state: 'failed' | 'waiting' | 'delayed',
  count: number,
): Promise<void> {
  await redis.flushdb();
  const queue = driver.open(url, 'bull', name);
  await queue.add('first', {}, { jobId: 'first', delay: 3_600_000 });
  await queue.close();
  const base = `bull:${name}`;
  // What made the queue is no part of it.
  await redis.multi().del(`${base}:first`).zrem(`${base}:delayed`, 'first').exec();
  const from = Date.now() - count;
  const attempts = driver.kind === 'bull' ? 'attemptsMade' : 'atm';
  for (let start = 0; start < count; start += AT_ONCE) {
    const pipeline = redis.pipeline();
    const ids = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, n) => start + n);
    for (const n of ids)
      pipeline.hset(`${base}:${n}`, {
        name: n % 2 === 0 ? 'even' : 'odd',
        data: `{"n":${n}}`,
        opts: '{"attempts":1}',
        timestamp: from,
        delay: state === 'delayed' ? 3_600_000 : 0,
        priority: 0,
        ...(state === 'failed'
          ? { processedOn: from + n, finishedOn: from + n, [attempts]: 1, failedReason: 'card declined' }
          : {}),
      });
    if (state === 'waiting') pipeline.lpush(`${base}:wait`, ...ids);
    else if (state === 'failed') pipeline.zadd(`${base}:failed`, ...ids.flatMap((n) => [from + n, String(n)]));
    else pipeline.zadd(`${base}:delayed`, ...ids.flatMap((n) => [(from + 3_600_000 + n) * 0x1000, String(n)]));
    const replies = (await pipeline.exec()) ?? [];
    const error = replies.find(([wrong]) => wrong)?.[0];
    if (error) throw error;
  }
}
