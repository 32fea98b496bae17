import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../setup/private-redis';
import { CollectorProcess, pause } from './collector-process';
import { EVENTS_A_JOB, makeQueues, sayEvents } from './event-load';
import { floorSnapshot } from './floor';
import { median, RedisMeter, type Usage } from './meter';
import { slowing } from './slowing';

const COMPLETED = 2;
type Bench = { url: string; storeUrl: string; collector: CollectorProcess };

/** What a collector costs and keeps up with: rows of tables, one function a question. */
export async function benchCollector(print: (title: string, rows: string[][]) => void, only?: string): Promise<void> {
  const questions: [name: string, title: string, ask: (bench: Bench) => Promise<string[][]>][] = [
    ['snapshot', '1,000 queues, a snapshot a second (targets: Redis ≤ 1 %, collector ≤ 5 % of a core)', snapshots],
    ['events', 'Job events taken in by one collector (target: 10,000/s on one core)', events],
    ['catch-up', 'A collector that was down for 10 minutes (target: caught up in ≤ 5 s)', catchUp],
    [
      'slowing',
      'Jobs/s of a real BullMQ queue, collector stopped and going on in turn (target: ≤ 2 % slower)',
      ({ url, collector }) => slowing(url, collector),
    ],
    ['streams', 'Reading the events of many queues, nothing new in most', streams],
  ];
  for (const [name, title, ask] of questions) {
    if (only !== undefined && only !== name) continue;
    const [redis, store] = [await startPrivateRedis(), await startPrivateRedis()];
    const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-bench-'));
    const profile = process.env['BENCH_CPU_PROF'];
    const options = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    const collector = new CollectorProcess(redis.url, store.url, dataDir, options);
    try {
      print(title, await ask({ url: redis.url, storeUrl: store.url, collector }));
    } finally {
      await collector.stop();
      await Promise.all([redis.stop(), store.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    }
  }
}

type Costs = { redis: Usage; store: Usage; collectorMs: number };

async function costs(
  { url, storeUrl, collector }: Bench,
  ms: number,
  meanwhile?: () => Promise<unknown>,
): Promise<Costs> {
  const [redis, store] = [new RedisMeter(url), new RedisMeter(storeUrl)];
  await Promise.all([redis.begin(), store.begin()]);
  const before = await collector.cpuMs();
  await Promise.all([pause(ms), meanwhile?.()]);
  const collectorMs = (await collector.cpuMs()) - before;
  const [redisUsage, storeUsage] = await Promise.all([redis.end(), store.end()]);
  redis.close();
  store.close();
  return { redis: redisUsage, store: storeUsage, collectorMs };
}

const percent = (ms: number, seconds: number) => `${(ms / seconds / 10).toFixed(2)} %`;

async function snapshots(bench: Bench): Promise<string[][]> {
  const kinds = ['bull', 'bullmq'] as const;
  const bases: { base: string; kind: (typeof kinds)[number] }[] = [];
  for (const kind of kinds) for (const base of await makeQueues(bench.url, kind, 500)) bases.push({ base, kind });
  const redis = new Redis(bench.url);
  for (const { base } of bases) await redis.rpush(`${base}:wait`, '1', '2', '3');
  const meter = new RedisMeter(bench.url);
  const floors: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    await meter.begin();
    for (let n = 0; n < 20; n += 1) await floorSnapshot(redis, bases);
    floors.push((await meter.end()).cpuMs / 20);
  }
  bench.collector.start();
  await bench.collector.knows(1_000, 90_000);
  await pause(15_000);
  const idle: Costs[] = [];
  const moving: Costs[] = [];
  for (let round = 0; round < 3; round += 1) {
    await pause(12_000);
    idle.push(await costs(bench, 8_000));
    // A job that comes or goes in each queue every 4 s keeps all of them read every second.
    let length = 0;
    const move = async (ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; await pause(4_000)) {
        const pipeline = redis.pipeline();
        length += 1;
        for (const { base } of bases)
          if (length % 2 === 1) pipeline.lpush(`${base}:wait`, 'x');
          else pipeline.lpop(`${base}:wait`);
        await pipeline.exec();
      }
    };
    await move(1);
    await pause(3_000);
    moving.push(await costs(bench, 8_000, () => move(7_000)));
  }
  meter.close();
  redis.disconnect();
  const row = (name: string, list: readonly Costs[]) => [
    name,
    percent(median(list.map(({ redis: { cpuMs, seconds } }) => cpuMs / seconds)), 1),
    percent(median(list.map(({ store: { cpuMs, seconds } }) => cpuMs / seconds)), 1),
    percent(median(list.map(({ collectorMs, redis: { seconds } }) => collectorMs / seconds)), 1),
  ];
  return [
    ['', 'watched Redis', 'store', 'collector'],
    ['floor: bare reads of all queues once a second', percent(median(floors), 1), '', ''],
    row('nothing moves', idle),
    row('something moves in every queue', moving),
  ];
}

async function events(bench: Bench): Promise<string[][]> {
  const bases = {
    bullmq: await makeQueues(bench.url, 'bullmq', 20),
    bull: await makeQueues(bench.url, 'bull', 20),
  };
  bench.collector.start();
  await bench.collector.knows(40, 60_000);
  await pause(3_000);
  const rows = [['', 'events/s said', 'events lost', 'collector', 'watched Redis', 'last taken in after']];
  let expected = 0;
  for (const kind of ['bullmq', 'bull'] as const)
    for (const rate of [10_000, 20_000, 30_000]) {
      const seconds = 10;
      let jobs = 0;
      const { collectorMs, redis } = await costs(bench, seconds * 1000, async () => {
        jobs = await sayEvents(bench.url, kind, bases[kind], rate, seconds);
      });
      expected += jobs;
      const said = Date.now();
      let counted = await bench.collector.total(COMPLETED);
      for (
        const end = said + 15_000;
        counted < expected && Date.now() < end;
        counted = await bench.collector.total(COMPLETED)
      )
        await pause(200);
      const lost = expected - counted;
      expected = counted;
      rows.push([
        `${kind === 'bull' ? 'Bull, Pub/Sub' : 'BullMQ, streams'}`,
        ((jobs * EVENTS_A_JOB[kind]) / redis.seconds).toFixed(0),
        String(Math.max(0, lost) * EVENTS_A_JOB[kind]),
        percent(collectorMs, redis.seconds),
        percent(redis.cpuMs, redis.seconds),
        `${((Date.now() - said) / 1000).toFixed(1)} s`,
      ]);
    }
  return rows;
}

async function catchUp(bench: Bench): Promise<string[][]> {
  const bases = await makeQueues(bench.url, 'bullmq', 50);
  bench.collector.start();
  await bench.collector.knows(50, 60_000);
  await pause(8_000);
  await bench.collector.stop();
  const before = await bench.collector.total(COMPLETED);
  const jobs = await sayEvents(bench.url, 'bullmq', bases, 12_500, 10);
  const start = performance.now();
  bench.collector.start();
  let counted = 0;
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(50)) {
    counted = (await bench.collector.total(COMPLETED)) - before;
    if (counted >= jobs) break;
  }
  const took = (performance.now() - start) / 1000;
  return [
    ['', 'events', 'queues', 'of them counted', 'start to stored'],
    ['200 events/s for 10 minutes', String(jobs * 4), '50', String(counted * 4), `${took.toFixed(1)} s`],
  ];
}

async function streams({ url }: Bench): Promise<string[][]> {
  const { BullMqEvents } = await import('../../lib/sources/redis/bullmq-events');
  const redis = new Redis(url);
  const meter = new RedisMeter(url);
  const rows = [
    ['queues', 'Redis CPU ms a look', 'of that, in 10 queues with news', 'bare XREAD', 'ratio', 'ours, CPU ms'],
  ];
  for (const count of [10, 1_000, 5_000]) {
    const bases = await makeQueues(url, 'bullmq', count, `b${count}`);
    const reader = new BullMqEvents(redis);
    for (const base of bases) reader.followFrom(base, Date.now());
    const bare = () => bareReads(redis, bases);
    const news = async () => {
      await sayEvents(url, 'bullmq', bases.slice(0, 10), 4_000, 0.05);
    };
    const [quiet, busy, floor, own]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < 15; round += 1) {
      await news();
      await meter.begin();
      await reader.read(() => undefined, performance.now() + 1_000);
      busy.push((await meter.end()).cpuMs);
      const start = process.cpuUsage();
      await meter.begin();
      for (let n = 0; n < 5; n += 1) await reader.read(() => undefined, performance.now() + 1_000);
      quiet.push((await meter.end()).cpuMs / 5);
      const { user, system } = process.cpuUsage(start);
      own.push((user + system) / 1000 / 5);
      await meter.begin();
      for (let n = 0; n < 5; n += 1) await bare();
      floor.push((await meter.end()).cpuMs / 5);
    }
    rows.push([
      String(count),
      median(quiet).toFixed(2),
      median(busy).toFixed(2),
      median(floor).toFixed(2),
      `${(median(quiet) / median(floor)).toFixed(2)} ×`,
      median(own).toFixed(2),
    ]);
  }
  redis.disconnect();
  meter.close();
  return rows;
}

async function bareReads(redis: Redis, bases: readonly string[]): Promise<void> {
  for (let start = 0; start < bases.length; start += 250) {
    const chunk = bases.slice(start, start + 250);
    await redis.xread('COUNT', 20, 'STREAMS', ...chunk.map((base) => `${base}:events`), ...chunk.map(() => '$'));
  }
}
