import { Redis } from 'ioredis';
import { createLog } from '../../lib/config/log';
import { parseJobQuery } from '../../lib/search/parse-query';
import { RedisDesk } from '../../lib/sources/redis/redis-desk';
import type { QueueRef } from '../../lib/sources/source';
import { median, RedisMeter } from './meter';
import { floorSearch } from './search-floor';
import { seedFailed } from './seed-failed';

const ROUNDS = 5;

/** The text as it is typed; the floor looks for it as it is written. */
const CASES: readonly { what: string; q: string; fields: string[]; text: string }[] = [
  { what: 'error text, absent', q: 'error:"card declined"', fields: ['failedReason'], text: 'card declined' },
  { what: 'error text, in every 250th', q: 'error:"10.0.77."', fields: ['failedReason'], text: '10.0.77.' },
  { what: 'payload, absent word', q: 'data:stripe', fields: ['data'], text: 'stripe' },
  { what: 'payload, absent common letters', q: 'data:nation', fields: ['data'], text: 'nation' },
  { what: 'payload, a number', q: 'data:"\\"order\\":77777,"', fields: ['data'], text: '"order":77777,' },
  { what: 'path, one value', q: 'data.order=77777', fields: ['data'], text: '77777' },
  { what: 'free text, floor: payload only', q: 'stripe', fields: ['data'], text: 'stripe' },
  { what: 'free text, floor: the same fields', q: 'stripe', fields: ['name', 'failedReason', 'data'], text: 'stripe' },
  {
    what: 'two words of free text, the same',
    q: 'stripe 4711x',
    fields: ['name', 'failedReason', 'data'],
    text: 'stripe',
  },
];

/** Searching all failed jobs of a queue, in turn with the floor; and how long one call keeps the broker. */
export async function benchSearch(url: string, count: number): Promise<string[][]> {
  const base = await seedFailed(url, 'search', count, Date.now(), 150);
  const redis = new Redis(url);
  const desk = new RedisDesk(
    { name: 'main', kind: 'redis', url, prefixes: [], readOnly: false },
    createLog('silent', 'bench'),
  );
  const queue: QueueRef = {
    id: { source: 'main', namespace: 'bull', name: 'search' },
    kind: 'bullmq',
    version: null,
    readOnlyReason: null,
  };
  await new Promise((resolve) => setTimeout(resolve, 300));
  const meter = new RedisMeter(url);
  const rows = [['', 'floor jobs/s', 'ours jobs/s', 'ratio', 'ratio of Redis CPU', 'first hits ms', 'longest call ms']];
  await redis.config('SET', 'slowlog-max-len', '10000');
  for (const { what, q, fields, text } of CASES) {
    const { query } = parseJobQuery(q, Date.now());
    if (!query) throw new Error(`not a query: ${q}`);
    const request = { state: 'failed', query, order: 'newest', until: null } as const;
    const floors: number[] = [];
    const cpu: number[] = [];
    const ours: number[] = [];
    const firsts: number[] = [];
    const longest: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await meter.begin();
      let began = performance.now();
      await floorSearch(redis, base, count, fields, text);
      floors.push(performance.now() - began);
      const floorCpu = (await meter.end()).cpuMs;
      await redis.config('SET', 'slowlog-log-slower-than', '1000');
      await redis.slowlog('RESET');
      await meter.begin();
      began = performance.now();
      let cursor: string | null = null;
      let first: number | null = null;
      do {
        const page: Awaited<ReturnType<typeof desk.scan.rows>> = await desk.scan.rows(queue, {
          ...request,
          cursor,
          budgetMs: cursor === null ? 40 : 150,
          maxHits: 50,
        });
        first ??= performance.now() - began;
        cursor = page.nextCursor;
      } while (cursor !== null);
      ours.push(performance.now() - began);
      cpu.push((await meter.end()).cpuMs / floorCpu);
      firsts.push(first);
      const slow = (await redis.slowlog('GET', 10_000)) as [number, number, number][];
      longest.push(Math.max(0, ...slow.map(([, , micros]) => micros / 1_000)));
      await redis.config('SET', 'slowlog-log-slower-than', '-1');
    }
    const [floor, our] = [median(floors), median(ours)];
    rows.push([
      what,
      Math.round((count / floor) * 1_000).toLocaleString('en'),
      Math.round((count / our) * 1_000).toLocaleString('en'),
      `${(our / floor).toFixed(2)} ×`,
      `${median(cpu).toFixed(2)} ×`,
      median(firsts).toFixed(0),
      median(longest).toFixed(1),
    ]);
  }
  await desk.close();
  meter.close();
  redis.disconnect();
  return rows;
}
