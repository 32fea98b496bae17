import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

const WORDS =
  'the quick customer ordered a parcel from warehouse nine and its invoice was sent by mail to an address in the street of numbers which then got declined because funds were missing on account'.split(
    ' ',
  );

/**
 * A BullMQ queue with `count` failed jobs, each a second after the one before; answers its base. 150 words make a payload
 * of about 900 bytes.
 */
export async function seedFailed(
  url: string,
  name: string,
  count: number,
  endsAt: number,
  words: number,
): Promise<string> {
  const redis = new Redis(url);
  const queue = new Queue(name, { connection: { host: '127.0.0.1', port: Number(new URL(url).port) } });
  await queue.add('first', {});
  await queue.close();
  const base = `bull:${name}`;
  for (let start = 0; start < count; start += 2_000) {
    const pipeline = redis.pipeline();
    for (let n = start; n < Math.min(count, start + 2_000); n += 1) {
      const at = endsAt - (count - n) * 1_000;
      const note = Array.from({ length: words }, (_, k) => WORDS[(n * 31 + k * 7) % WORDS.length]).join(' ');
      pipeline.hset(`${base}:f${n}`, {
        name: ['charge', 'refund', 'payout'][n % 3] ?? '',
        data: JSON.stringify({ order: n, customer: { id: n % 5_000, tier: 'gold' }, note }),
        opts: '{"attempts":3}',
        timestamp: at - 60_000,
        processedOn: at - 1_000,
        finishedOn: at,
        atm: 3,
        failedReason: `connect ECONNREFUSED 10.0.${n % 250}.7:5432 while charging order ${n}`,
        stacktrace: '[]',
      });
      pipeline.zadd(`${base}:failed`, at, `f${n}`);
    }
    const replies = (await pipeline.exec()) ?? [];
    const error = replies.find(([wrong]) => wrong)?.[0];
    if (error) throw error;
  }
  redis.disconnect();
  return base;
}
