import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import { jobPlacesSchema, searchPageSchema, searchSuggestionsSchema, type SearchPage } from '../../domain/search';
import { toQueueKey } from '../../domain/queue-key';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';
import { bullDriver, bullMqDriver } from '../../testing/queue-drivers';
import type { DriverQueue } from '../../testing/queue-driver';

const JOBS = 30_000;
const key = toQueueKey({ source: 'main', namespace: 'bull', name: 'orders' });

/** Searching through the API, over a real collector and a real Redis. */
describe('searching', () => {
  let server: PrivateRedis;
  let dataDir: string;
  let collector: ChildProcess;
  let web: WebRuntime;
  let redis: Redis;
  const queues: DriverQueue[] = [];

  beforeAll(async () => {
    server = await startPrivateRedis();
    dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-search-'));
    redis = new Redis(server.url);
    queues.push(bullMqDriver.open(server.url, 'bull', 'orders'), bullDriver.open(server.url, 'bull', 'mails'));
    await queues[0]?.add('charge', { customer: { id: 7 } }, { jobId: 'only-here' });
    await queues[1]?.add('welcome', { to: 'x' }, { jobId: 'in-mails' });
    for (let start = 0; start < JOBS; start += 1_000) {
      const pipeline = redis.pipeline();
      for (let n = start; n < start + 1_000; n += 1) {
        pipeline.hset(`bull:orders:o-${n}`, {
          name: 'charge',
          data: JSON.stringify({ order: n, note: 'lorem ipsum '.repeat(40) }),
          opts: '{}',
          timestamp: 1,
          finishedOn: 1_000_000 + n,
          failedReason: `card ${n} declined`,
        });
        pipeline.zadd('bull:orders:failed', 1_000_000 + n, `o-${n}`);
      }
      await pipeline.exec();
    }
    collector = startCollectorProcess(server.url, dataDir);
    const config = loadConfig({ REDIS_URL: server.url, TAILBACK_DATA_DIR: dataDir }, dataDir);
    web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
    await until(() => Promise.resolve(web.queues().length === 2 && web.readiness().ok), 20_000);
  }, 60_000);
  afterAll(async () => {
    await web.close();
    await endProcess(collector, 'SIGTERM');
    await Promise.all(queues.map((queue) => queue.close()));
    redis.disconnect();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const get = (address: string, signal?: AbortSignal) =>
    web.handle(new Request(`http://localhost/api/v1${address}`, signal ? { signal } : {}), {
      kind: 'person',
      name: 'a@example.com',
      role: 'viewer',
      address: '127.0.0.1',
    });
  const search = (q: string, more = '') =>
    get(`/queues/${key}/jobs/search?state=failed&q=${encodeURIComponent(q)}${more}`);
  const lines = async (response: Response): Promise<SearchPage[]> =>
    (await response.text())
      .trim()
      .split('\n')
      .map((line) => searchPageSchema.parse(JSON.parse(line)));

  test('a page says how far it came and where to go on', async () => {
    const page = searchPageSchema.parse(await (await search('error:"card 29999 "')).json());
    expect(page.jobs.map(({ id }) => id)).toEqual(['o-29999']);
    expect(page).toMatchObject({ of: JOBS, unsearched: 0 });
    const first = searchPageSchema.parse(await (await search('declined', '&limit=3&order=oldest')).json());
    expect(first.jobs.map(({ id }) => id)).toEqual(['o-0', 'o-1', 'o-2']);
    expect(first.scanned).toBe(3);
    const second = searchPageSchema.parse(
      await (await search('declined', `&limit=2&order=oldest&cursor=${first.nextCursor}`)).json(),
    );
    expect(second.jobs.map(({ id }) => id)).toEqual(['o-3', 'o-4']);
  });

  test('what is wrong with a query is told with its place', async () => {
    const response = await search('name:x age<5');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'bad-request',
      detail: expect.stringContaining('At character 8: Say a unit'),
      invalidParams: [{ path: 'q' }],
    });
  });

  test('a stream brings the first hits at once and counts what it looked at', async () => {
    const began = performance.now();
    const stream = await get(
      `/queues/${key}/jobs/search/stream?state=failed&q=${encodeURIComponent('error:"card 299"')}&limit=1000`,
    );
    const reader = stream.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(performance.now() - began).toBeLessThan(300);
    expect(searchPageSchema.parse(JSON.parse(new TextDecoder().decode(value))).jobs.length).toBeGreaterThan(0);
    await reader?.cancel();
    const all = await lines(
      await get(
        `/queues/${key}/jobs/search/stream?state=failed&q=${encodeURIComponent('error:"card 299"')}&limit=1000`,
      ),
    );
    expect(all.length).toBeGreaterThan(1);
    expect(all.flatMap(({ jobs }) => jobs)).toHaveLength(111);
    expect(all.reduce((sum, { scanned }) => sum + scanned, 0)).toBe(JOBS);
    expect(all.at(-1)?.nextCursor).toBeNull();
  });

  test('a reader who goes away stops the scan at the broker', async () => {
    const calls = async () => {
      const stats = await redis.info('commandstats');
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const stopping = new AbortController();
    const stream = await get(`/queues/${key}/jobs/search/stream?state=failed&q=nothing-like-this`, stopping.signal);
    await stream.body?.getReader().read();
    stopping.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = await calls();
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The collector goes on with a few scripts a second; a scan would make dozens.
    expect((await calls()) - before).toBeLessThan(10);
  });

  test('searches of one person are bounded, and a place is given back when a reader goes away', async () => {
    const open = async () => (await get(`/queues/${key}/jobs/search/stream?state=failed&q=absent`)) as Response;
    const [one, two] = [await open(), await open()];
    expect((await open()).status).toBe(429);
    await Promise.all([one, two].map((stream) => stream?.body?.cancel()));
    const third = await open();
    expect(third.status).toBe(200);
    await third.body?.cancel();
  });

  test('suggestions come from what is there', async () => {
    const response = await get(`/queues/${key}/jobs/search/suggestions?state=failed`);
    const seen = searchSuggestionsSchema.parse(await response.json());
    expect(seen).toMatchObject({ names: ['charge'], sampled: 150 });
    expect(seen.paths.map(({ path: each }) => each)).toEqual(['data.note', 'data.order']);
  });

  test('a job is found by its id in whichever queue it is', async () => {
    const find = async (id: string) =>
      jobPlacesSchema.parse(await (await get(`/jobs/${encodeURIComponent(id)}`)).json());
    expect(await find('only-here')).toMatchObject({
      asked: 2,
      unanswered: [],
      isCut: false,
      found: [{ queue: { name: 'orders' }, queueKey: key, state: 'waiting', name: 'charge' }],
    });
    expect((await find('in-mails')).found).toMatchObject([{ queue: { name: 'mails' }, name: 'welcome' }]);
    expect((await find('o-17')).found).toMatchObject([{ state: 'failed' }]);
    for (const id of ['nobody', 'meta', 'wait', 'failed']) expect((await find(id)).found).toEqual([]);
  });
});
