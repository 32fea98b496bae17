import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { createLog } from '../../lib/config/log';
import { RedisWatch } from '../../lib/sources/redis/redis-watch';
import { buildIfNeeded } from '../setup/build-if-needed';
import { freePort } from '../setup/free-port';
import { startPrivateRedis } from '../setup/private-redis';
import { startProduct } from '../setup/product';
import { benchAlerts } from './alerts';
import { Browsers } from './browsers';
import { benchClearings } from './clearings';
import { benchCollector } from './collector';
import { benchDiagnosis } from './diagnosis';
import { FLOOR_COMMANDS, floorSnapshot, type BenchQueue } from './floor';
import { benchHistory } from './history';
import { median, RedisMeter, type Usage } from './meter';
import { benchLists } from './lists';
import { benchMetrics } from './metrics';
import { benchRabbit } from './rabbitmq';
import { benchOperations } from './operations';
import { benchSearch } from './search';
import { seedQueues } from './seed';

/**
 * What watching costs the broker: commands and CPU of Redis per snapshot, and per second with the product running and
 * 0, 1 and 50 browsers open, as ratios to the floor of the bare reads measured in the same run.
 */
const { values } = parseArgs({
  options: {
    queues: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '15' },
    /** Jobs to be searched; lists are measured on twice as many. */
    jobs: { type: 'string', default: '500000' },
    /**
     * Only one part: `history`, `metrics` (the Prometheus text), `alerts` (the rules), `diagnosis`, `operations` (or one library: `operations:bullmq6`), `clearings`, `search`, `lists` or
     * `rabbitmq` (a RabbitMQ of its own with 2,000 queues), `collector` (or one question of it: `collector:events`).
     */
    only: { type: 'string' },
  },
});
const queueCount = Number(values.queues);
const seconds = Number(values.seconds);
const SNAPSHOTS = 100;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const redis = await startPrivateRedis();
await liftMemoryLimit(redis.url);
const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-bench-'));
try {
  if (values.only === undefined) await benchWatching();
  if (values.only === undefined || values.only === 'history') await benchRanges();
  if (values.only === undefined || values.only === 'metrics') await benchMetrics();
  if (values.only === undefined || values.only === 'alerts') benchAlerts();
  if (values.only === undefined || values.only === 'diagnosis') benchDiagnosis();
  if (values.only === undefined || values.only.split(':')[0] === 'operations') {
    console.log('\nRetrying failed jobs, median of 3 rounds (longest block and heap: the worst of them):');
    table(await benchOperations(`${redis.url}/2`, values.only?.split(':')[1]));
  }
  if (values.only === undefined || values.only === 'clearings') {
    console.log(`\nClearing queues of ${values.jobs} jobs, as fast as it goes:`);
    table(await benchClearings(`${redis.url}/2`, Number(values.jobs)));
  }
  if (values.only === undefined || values.only === 'rabbitmq') {
    console.log('\nWatching a RabbitMQ with 2,000 queues, one message each, every tenth with a consumer:');
    table(await benchRabbit(2_000));
  }
  if (values.only === undefined || values.only === 'search') await benchJobSearch();
  if (values.only === undefined || values.only === 'lists') await benchJobLists();
  if (values.only === undefined || values.only.split(':')[0] === 'collector') await benchCollecting();
} finally {
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(0);

/** A million jobs take more than what a Redis for tests may have. */
async function liftMemoryLimit(url: string): Promise<void> {
  const client = new Redis(url);
  await client.config('SET', 'maxmemory', '0');
  client.disconnect();
}

async function benchWatching(): Promise<void> {
  console.log(`Seeding ${queueCount} queues, half Bull and half BullMQ …`);
  const queues = await seedQueues(redis.url, queueCount);
  console.log('\nThe floor, commands a queue and snapshot:');
  for (const [kind, commands] of Object.entries(FLOOR_COMMANDS))
    console.log(`  ${kind.padEnd(7)} ${commands.join(', ')}`);
  await compareSnapshots(queues);
  await runProduct(await measureFloor(queues));
}

async function benchCollecting(): Promise<void> {
  await benchCollector((title, rows) => {
    console.log(`\n${title}:`);
    table(rows);
  }, values.only?.split(':')[1]);
}

async function benchRanges(): Promise<void> {
  const store = new Redis(redis.url, { db: 1 });
  console.log('\nReading history, median of 30 rounds:');
  table(await benchHistory(store));
  store.disconnect();
}

async function benchJobSearch(): Promise<void> {
  const count = Number(values.jobs);
  console.log(`\nSearching ${count.toLocaleString('en')} failed jobs of about 1 KB, median of paired rounds:`);
  table(await benchSearch(redis.url, count));
}

async function benchJobLists(): Promise<void> {
  const count = 2 * Number(values.jobs);
  console.log(`\nA page of 50 of ${count.toLocaleString('en')} failed jobs, median of paired rounds:`);
  const { pages, huge } = await benchLists(redis.url, count);
  table(pages);
  console.log(`  ${huge}`);
}

/** Snapshot by snapshot, floor and ours in turn, so that the machine's noise falls on both. */
async function compareSnapshots(queues: readonly BenchQueue[]): Promise<void> {
  const client = new Redis(redis.url);
  const meter = new RedisMeter(redis.url);
  const watch = new RedisWatch(
    { name: 'main', kind: 'redis', url: redis.url, prefixes: [], readOnly: false },
    createLog('silent', 'bench'),
  );
  await pause(500);
  for (let look = 0; look < 5; look += 1) {
    await watch.look();
    await pause(200);
  }
  const rounds = 5;
  const floors: Usage[] = [];
  const ours: Usage[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await meter.begin();
    for (let n = 0; n < SNAPSHOTS / rounds; n += 1) await floorSnapshot(client, queues);
    floors.push(await meter.end());
    await meter.begin();
    for (let n = 0; n < SNAPSHOTS / rounds; n += 1) await watch.look();
    ours.push(await meter.end());
  }
  const each = (list: readonly Usage[], key: 'commands' | 'cpuMs') =>
    median(list.map((usage) => usage[key] / (SNAPSHOTS / rounds)));
  console.log(
    `\nOne look at all ${queues.length} queues while jobs wait in each (all are read), median of ${rounds} paired rounds:`,
  );
  table([
    ['', 'Redis commands', 'Redis CPU ms'],
    ['floor', each(floors, 'commands').toFixed(0), each(floors, 'cpuMs').toFixed(2)],
    ['ours, with oldest ages, events, discovery', each(ours, 'commands').toFixed(0), each(ours, 'cpuMs').toFixed(2)],
    [
      'ratio',
      ratio(each(ours, 'commands'), each(floors, 'commands')),
      ratio(each(ours, 'cpuMs'), each(floors, 'cpuMs')),
    ],
  ]);
  await watch.close();
  client.disconnect();
  meter.close();
}

async function runProduct(floor: Usage): Promise<void> {
  await buildIfNeeded();
  const token = randomBytes(24).toString('base64url');
  const product = startProduct({
    port: await freePort(),
    env: {
      REDIS_URL: redis.url,
      TAILBACK_DATA_DIR: dataDir,
      TAILBACK_TOKEN: token,
      TAILBACK_ADMIN_PASSWORD: randomBytes(12).toString('hex'),
      TAILBACK_LOG_LEVEL: 'error',
    },
  });
  const meter = new RedisMeter(redis.url);
  try {
    await product.ready(60_000);
    await pause(8_000);
    const rows: string[][] = [['', 'commands/s', 'CPU % of a core', 'out kB/s', 'events/s to browsers']];
    rows.push(['floor: bare reads of all queues once a second', ...perSecond(floor), '']);
    const base: Usage[] = [];
    for (const count of [0, 1, 50]) {
      const browsers = await Browsers.open(product.url, token, count);
      await pause(2_000);
      browsers.reset();
      await meter.begin();
      await pause(seconds * 1000);
      const usage = await meter.end();
      base.push(usage);
      rows.push([
        `product, ${count} browser${count === 1 ? '' : 's'}`,
        ...perSecond(usage),
        (browsers.events / usage.seconds).toFixed(0),
      ]);
      browsers.close();
      await pause(1_000);
    }
    const [none, one, fifty] = base.map((usage) => usage.commands / usage.seconds) as [number, number, number];
    rows.push(['50 browsers against 1', ratio(fifty, one), '', '', '']);
    rows.push([
      '50 browsers against the floor',
      ratio(fifty, floor.commands / floor.seconds),
      ratio(cpuShare(base[2] as Usage), cpuShare(floor)),
      '',
      '',
    ]);
    rows.push([
      'no browser against the floor',
      ratio(none, floor.commands / floor.seconds),
      ratio(cpuShare(base[0] as Usage), cpuShare(floor)),
      '',
      '',
    ]);
    console.log(
      `\nA second of Redis, ${seconds} s each. An idle Redis itself shows about 0.2 % CPU, which is in every row:`,
    );
    table(rows);
  } finally {
    meter.close();
    await product.stop();
  }
}

/** One floor snapshot a second, with nothing else on this Redis. */
async function measureFloor(queues: readonly BenchQueue[]): Promise<Usage> {
  const client = new Redis(redis.url);
  const meter = new RedisMeter(redis.url);
  await meter.begin();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await floorSnapshot(client, queues);
    await pause(1_000);
  }
  const usage = await meter.end();
  client.disconnect();
  meter.close();
  return usage;
}

function cpuShare({ cpuMs, seconds: elapsed }: Usage): number {
  return cpuMs / elapsed / 10;
}

function perSecond(usage: Usage): string[] {
  return [
    (usage.commands / usage.seconds).toFixed(0),
    cpuShare(usage).toFixed(2),
    (usage.outBytes / usage.seconds / 1000).toFixed(0),
  ];
}

function ratio(ours: number, floor: number): string {
  return `${(ours / floor).toFixed(2)} ×`;
}

function table(rows: readonly string[][]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  for (const row of rows)
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`,
    );
}
