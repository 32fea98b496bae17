import { afterEach, beforeEach, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { Queue } from 'bullmq';
import { startPrivateRedis, type PrivateRedis } from '../setup/private-redis';
import { claimForeignRedis } from './demo-redis';

let redis: PrivateRedis;
let client: Redis;
beforeEach(async () => {
  redis = await startPrivateRedis();
  client = new Redis(redis.url);
});
afterEach(async () => {
  client.disconnect();
  await redis.stop();
});

test('a Redis with queues of somebody else is refused and stays as it is', async () => {
  const queue = new Queue('invoices', { connection: { host: '127.0.0.1', port: redis.port } });
  await queue.add('invoice', {});
  await queue.close();
  const before = (await client.keys('*')).sort();
  await expect(claimForeignRedis(redis.url)).rejects.toThrow(/already holds queues.*bull:invoices/);
  expect((await client.keys('*')).sort()).toEqual(before);
});

test('a Redis that the demo has filled may be used again', async () => {
  await claimForeignRedis(redis.url);
  await client.set('bull:image-resize:id', '7');
  await expect(claimForeignRedis(redis.url)).resolves.toBeUndefined();
});

test('a Redis that does not answer is named without its password', async () => {
  await expect(claimForeignRedis('redis://me:secret@127.0.0.1:1')).rejects.toThrow(
    /^(?!.*secret).*127\.0\.0\.1:1 cannot be used/,
  );
});
