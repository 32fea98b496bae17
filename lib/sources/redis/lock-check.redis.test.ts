import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyDatabase } from '../../testing/looker';
import { countWithoutLock, readLocks } from './lock-check';
import { toSourceWorkers } from './source-workers';

const DATABASE = 13;
let redis: Redis;
let url: string;
beforeAll(async () => {
  ({ redis, url } = await emptyDatabase(DATABASE));
});
beforeEach(() => redis.flushdb());
afterAll(() => redis.disconnect());

test('tells locks that hold from those that are gone, the longest running first', async () => {
  await redis.lpush('bull:q:active', 'old', 'mid', 'new');
  await redis.set('bull:q:old:lock', 'w', 'PX', 30_000);
  await redis.set('bull:q:new:lock', 'w');
  const locks = await readLocks(redis, 'bull:q', 100);
  expect(locks.map(({ id, hasLock }) => [id, hasLock])).toEqual([
    ['old', true],
    ['mid', false],
    ['new', true],
  ]);
  expect(locks[0]?.lockTtlMs).toBeGreaterThan(20_000);
  expect(locks[2]?.lockTtlMs).toBeNull();
  expect((await readLocks(redis, 'bull:q', 1)).map(({ id }) => id)).toEqual(['old']);
  expect(await countWithoutLock(redis, 'bull:q')).toBe(1);
  expect(await readLocks(redis, 'bull:none', 100)).toEqual([]);
});

test('looks at no more than 50 jobs of a queue', async () => {
  await redis.lpush('bull:q:active', ...Array.from({ length: 500 }, (_, n) => `${n}`));
  expect(await countWithoutLock(redis, 'bull:q')).toBe(50);
});

test('is unknown where the broker forbids to look, and so are the workers', async () => {
  await redis.lpush('bull:q:active', '1');
  await redis.acl('SETUSER', 'nolocks', 'on', '>secret', '~*', '+@all', '-pttl');
  const limited = new Redis(url.replace('redis://', 'redis://nolocks:secret@'));
  expect(await countWithoutLock(limited, 'bull:q')).toBeNull();
  limited.disconnect();
  await redis.acl('DELUSER', 'nolocks');
  expect(toSourceWorkers('main', null, new Map(), 5)).toMatchObject({
    workers: null,
    total: null,
    reason: expect.stringContaining('CLIENT LIST') as string,
  });
});
