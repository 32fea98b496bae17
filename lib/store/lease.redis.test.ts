import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { databaseUrl } from '../testing/looker';
import { batches, Lease, LEASE_MS, type Command } from './lease';

const redis = new Redis(databaseUrl(9));

beforeEach(async () => {
  await redis.flushdb();
});
afterAll(() => redis.disconnect());

test('one of two holds it, and its token grows with every change of holder', async () => {
  const [a, b] = [new Lease(redis), new Lease(redis)];
  expect([await a.hold(), await b.hold()]).toEqual([true, false]);
  expect(await a.hold()).toBe(true);
  const first = a.token();
  await a.release();
  expect(await b.hold()).toBe(true);
  expect(b.token()).toBeGreaterThan(first as number);
});

test('runs out within 5 s when its holder says nothing more', async () => {
  expect(LEASE_MS).toBeLessThan(4_500);
  const [a, b] = [new Lease(redis), new Lease(redis)];
  await a.hold();
  expect(await redis.pttl('tailback:lease')).toBeLessThanOrEqual(LEASE_MS);
  await redis.pexpire('tailback:lease', 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await b.hold()).toBe(true);
});

test('a holder that wakes up after its lease went on to another writes nothing', async () => {
  const [stopped, next] = [new Lease(redis), new Lease(redis)];
  await stopped.hold();
  await redis.del('tailback:lease');
  await next.hold();
  await next.write([['SET', 'tailback:x', 'next']]);
  await expect(stopped.write([['SET', 'tailback:x', 'stopped']])).rejects.toThrow(/FENCED/);
  expect(await redis.get('tailback:x')).toBe('next');
});

test('writes many commands and bytes as they are', async () => {
  const lease = new Lease(redis);
  await lease.hold();
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  await lease.write([
    ['HSET', 'tailback:h', '1', bytes],
    ['HSET', 'tailback:h', '2', 'ü'],
    ['PEXPIRE', 'tailback:h', 60_000],
  ]);
  expect((await redis.hgetBuffer('tailback:h', '1'))?.equals(bytes)).toBe(true);
  expect(await redis.hlen('tailback:h')).toBe(2);
});

test('batches keep groups whole', () => {
  const group: Command[] = [
    ['SET', 'a', 1],
    ['SET', 'b', 2],
  ];
  expect(batches([group, group, group], 18).map((batch) => batch.length)).toEqual([4, 2]);
});
