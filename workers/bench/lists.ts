import { Redis } from 'ioredis';
import { createLog } from '../../lib/config/log';
import { RedisDesk } from '../../lib/sources/redis/redis-desk';
import type { JobPageRequest, QueueRef } from '../../lib/sources/source';
import { median } from './meter';
import { floorPage } from './search-floor';
import { seedFailed } from './seed-failed';

const ROUNDS = 201;
const PAGE = 50;
const HUGE_JOBS = 20;
const HUGE_BYTES = 5 * 1024 * 1024;

/** Pages of a list of failed jobs, in turn with the bare range read and HMGET of the same rows. */
export async function benchLists(url: string, count: number): Promise<{ pages: string[][]; huge: string }> {
  const now = Date.now();
  const base = await seedFailed(url, 'lists', count, now, 20);
  const redis = new Redis(url);
  const desk = new RedisDesk(
    { name: 'main', kind: 'redis', url, prefixes: [], readOnly: false },
    createLog('silent', 'bench'),
  );
  const queue = (name: string): QueueRef => ({
    id: { source: 'main', namespace: 'bull', name },
    kind: 'bullmq',
    version: null,
    readOnlyReason: null,
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const first: JobPageRequest = { state: 'failed', limit: PAGE, cursor: null, order: 'newest' };
  const cases: readonly { what: string; start: number; request: JobPageRequest }[] = [
    { what: 'first page', start: 0, request: first },
    { what: 'last page', start: count - PAGE, request: { ...first, cursor: 'last' } },
    { what: 'jump to a time', start: count / 2, request: { ...first, at: now - (count / 2) * 1_000 } },
  ];
  const pages = [['', 'floor ms', 'ours ms', 'ratio']];
  for (const { what, start, request } of cases) {
    const floors: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      let began = performance.now();
      await floorPage(redis, base, start, PAGE);
      floors.push(performance.now() - began);
      began = performance.now();
      await desk.jobs(queue('lists'), request);
      ours.push(performance.now() - began);
    }
    const [floor, our] = [median(floors), median(ours)];
    pages.push([what, floor.toFixed(2), our.toFixed(2), `${(our / floor).toFixed(2)} ×`]);
  }
  const huge = await measureHuge(redis, desk, queue('huge'));
  await desk.close();
  redis.disconnect();
  return { pages, huge };
}

/** A page of jobs whose data is 5 MB each: what goes over the wire from the broker and to the browser, and memory. */
async function measureHuge(redis: Redis, desk: RedisDesk, queue: QueueRef): Promise<string> {
  const data = JSON.stringify({ blob: 'x'.repeat(HUGE_BYTES) });
  for (let n = 0; n < HUGE_JOBS; n += 1) {
    await redis.hset('bull:huge:h' + n, { name: 'huge', data, timestamp: n, finishedOn: n, failedReason: 'no' });
    await redis.zadd('bull:huge:failed', n, `h${n}`);
  }
  const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1] ?? 0);
  await desk.jobs(queue, { state: 'failed', limit: 1, cursor: null, order: 'newest' });
  const own = -(await sent()) + (await sent());
  const memory = process.memoryUsage().rss;
  const before = await sent();
  const page = await desk.jobs(queue, { state: 'failed', limit: 50, cursor: null, order: 'newest' });
  const fromRedis = (await sent()) - before - own;
  const grown = Math.max(0, process.memoryUsage().rss - memory);
  const toBrowser = Buffer.byteLength(JSON.stringify(page));
  return `20 jobs of 5 MB: ${(fromRedis / 1024).toFixed(1)} KB from Redis, ${(toBrowser / 1024).toFixed(1)} KB to the browser, ${(grown / 1_048_576).toFixed(1)} MB more memory`;
}
