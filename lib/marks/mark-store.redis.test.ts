import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MARKS_KEPT_MS, MAX_MARKS } from '../domain/mark';
import { toQueueKey } from '../domain/queue-key';
import { emptyDatabase } from '../testing/looker';
import { MarkStore } from './mark-store';
import { newMark } from './new-mark';

let redis: Redis;
let store: MarkStore;
const reports = { source: 'main', namespace: 'bull', name: 'reports' };
const mails = { source: 'main', namespace: 'bull', name: 'mails' };
const now = Date.now();

beforeAll(async () => {
  ({ redis } = await emptyDatabase(12));
  store = new MarkStore(redis);
});
beforeEach(() => redis.flushdb());
afterAll(() => redis.disconnect());

const texts = async (queue: typeof reports | null, from = 0, to = now + 1) =>
  (await store.range({ from, to, queue: queue && { id: queue, key: toQueueKey(queue) }, limit: 100 })).marks.map(
    ({ text }) => text,
  );

test('a queue gets its own marks, those of its patterns and of its source, oldest first', async () => {
  await store.add(newMark('5', now, 'deploy', 'of all', {}));
  await store.add(newMark('1', now - 50, 'pause', 'of reports', { queue: reports }));
  await store.add(newMark('2', now - 40, 'pause', 'of mails', { queue: mails }));
  await store.add(newMark('3', now - 30, 'deploy', 'of m*', { pattern: 'm*' }));
  await store.add(newMark('4', now - 20, 'broker-restart', 'of another source', { source: 'other' }));
  expect(await texts(reports)).toEqual(['of reports', 'of all']);
  expect(await texts(mails)).toEqual(['of mails', 'of m*', 'of all']);
  expect(await texts(null)).toHaveLength(5);
  expect(await texts(null, now - 40, now)).toEqual(['of mails', 'of m*', 'of another source']);
});

test('the same mark twice is one; texts from outside stay texts and bounded', async () => {
  const mark = newMark('1', now, 'deploy', `<script>"'\u0000 ${'x'.repeat(10_000)}`, { by: 'y'.repeat(10_000) });
  await store.add(mark);
  await store.add(mark);
  const { marks } = await store.range({ from: 0, to: now + 1, queue: null, limit: 100 });
  expect(marks).toEqual([mark]);
  expect(JSON.stringify(mark).length).toBeLessThan(1_200);
});

test('there are never more than the cap, nor older ones than are kept', async () => {
  const pipeline = redis.pipeline();
  for (let n = 0; n < MAX_MARKS + 500; n += 1)
    pipeline.zadd('tailback:marks', now - n, JSON.stringify(newMark(`${n}`, now - n, 'deploy', 't', { queue: mails })));
  pipeline.zadd('tailback:marks', now - MARKS_KEPT_MS - 1, 'too old');
  await pipeline.exec();
  await store.add(newMark('new', now, 'deploy', 'new', { queue: reports }));
  expect(await redis.zcard('tailback:marks')).toBe(MAX_MARKS);
  const cut = await store.range({ from: 0, to: now + 1, queue: null, limit: 10 });
  expect(cut).toMatchObject({ isCut: true });
  expect(cut.marks).toHaveLength(10);
  // One in twenty thousand is found, and a range without any comes to an end.
  expect(await texts(reports)).toEqual(['new']);
  await redis.zadd('tailback:marks', now - MARKS_KEPT_MS - 1, 'too old');
  await redis.zremrangebyrank('tailback:marks', -100, -1);
  await store.add(newMark('newer', now, 'deploy', 'newer'));
  expect(await redis.zscore('tailback:marks', 'too old')).toBeNull();
});
