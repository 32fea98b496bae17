import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyDatabase } from '../../testing/looker';
import { lockMsOf, readHeld } from './lock-check';
import { toSourceWorkers } from './source-workers';

const DATABASE = 13;
let redis: Redis;
let url: string;
beforeAll(async () => {
  ({ redis, url } = await emptyDatabase(DATABASE));
});
beforeEach(() => redis.flushdb());
afterAll(() => redis.disconnect());

test('tells locks that hold from those that are gone, the longest running first, and whose they are', async () => {
  await redis.lpush('bull:q:active', 'old', 'mid', 'new');
  await redis.hset('bull:q:mid', 'name', 'resize', 'processedOn', 1_000, 'pb', 'worker-1');
  await redis.set('bull:q:old:lock', 'token:12', 'PX', 30_000);
  await redis.set('bull:q:new:lock', 'w');
  const held = await readHeld(redis, 'bull:q', 100);
  expect(held.map(({ id, hasLock, token }) => [id, hasLock, token])).toEqual([
    ['old', true, 'token'],
    ['mid', false, null],
    ['new', true, 'w'],
  ]);
  expect(held[1]).toMatchObject({ name: 'resize', takenAt: 1_000, processedBy: 'worker-1' });
  expect(lockMsOf(held)).toBeGreaterThan(20_000);
  expect(held[2]?.lockTtlMs).toBeNull();
  expect((await readHeld(redis, 'bull:q', 1)).map(({ id }) => id)).toEqual(['old']);
  expect(await readHeld(redis, 'bull:none', 100)).toEqual([]);
});

test('is unknown where the broker forbids to look, and so are the workers', async () => {
  await redis.lpush('bull:q:active', '1');
  await redis.acl('SETUSER', 'nolocks', 'on', '>secret', '~*', '+@all', '-pttl');
  const limited = new Redis(url.replace('redis://', 'redis://nolocks:secret@'));
  await expect(readHeld(limited, 'bull:q', 10)).rejects.toThrow(/NOPERM/);
  limited.disconnect();
  await redis.acl('DELUSER', 'nolocks');
  expect(toSourceWorkers('main', null, new Map(), 5)).toMatchObject({
    workers: null,
    total: null,
    reason: expect.stringContaining('CLIENT LIST') as string,
  });
});
