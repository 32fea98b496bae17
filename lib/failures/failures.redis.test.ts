import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toQueueKey } from '../domain/queue-key';
import type { FailureGroup, FailureList } from '../domain/failure';
import { keys } from '../store/keys';
import { endProcess, pause, startCollectorProcess, until } from '../testing/processes';
import type { DriverQueue, DriverWorker } from '../testing/queue-driver';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../testing/queue-drivers';
import { startPrivateRedis, type PrivateRedis } from '../../workers/setup/private-redis';
import { FailureStore } from './failure-store';
import { toFailureList } from './to-failures';

/** A real collector process, and real queues of each library whose jobs fail. */
let server: PrivateRedis;
let redis: Redis;
let dataDir: string;
const collectors: ChildProcess[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = new Redis(server.url);
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-failures-'));
});
beforeEach(() => redis.flushall());
afterEach(async () => {
  await Promise.all(collectors.splice(0).map((child) => endProcess(child, 'SIGKILL')));
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function startCollector(): ChildProcess {
  const child = startCollectorProcess(server.url, dataDir);
  collectors.push(child);
  return child;
}

async function failures(): Promise<FailureList> {
  const now = Date.now();
  const stored = await new FailureStore(redis, ['main']).read(now - 3_600_000, now + 60_000, now);
  return toFailureList(stored, { from: now - 3_600_000, to: now + 60_000, now, isWanted: () => true });
}

const total = ({ groups, other, ungrouped }: FailureList) =>
  [...groups, other, ungrouped].reduce((sum, { failed }) => sum + failed, 0);
const group = (list: FailureList, title: string): FailureGroup | undefined =>
  list.groups.find((one) => one.title === title);

const isWatched = (queue: DriverQueue) => () =>
  redis.hexists(keys.liveQueues, toQueueKey({ source: 'main', namespace: queue.prefix, name: queue.name }));

function failFromHere(message: string): never {
  throw new RangeError(message);
}

async function failWith(
  queue: DriverQueue,
  message: (job: { name: string; data: unknown }) => string,
): Promise<DriverWorker> {
  const worker = await queue.work((job) => Promise.resolve().then(() => failFromHere(message(job))), {
    concurrency: 5,
  });
  closers.push(() => worker.close());
  return worker;
}

describe.each([bullDriver, bullMq5Driver, bullMqDriver])('$label', (driver) => {
  let queue: DriverQueue;
  beforeEach(() => {
    queue = driver.open(server.url, 'bull', 'mails');
    closers.push(() => queue.close());
  });

  const add = (count: number, name = 'send', options = {}) =>
    queue.addMany(Array.from({ length: count }, (_, index) => ({ name, data: { index }, options })));

  test('failures are counted by kind, queue and name, and once over a restart', async () => {
    startCollector();
    await add(1);
    await until(isWatched(queue), 15_000);
    let n = 0;
    await failWith(queue, ({ name }) => (name === 'send' ? `Mailbox ${(n += 1)} is full` : 'No such "template"'));
    await add(40);
    await add(7, 'render');
    await until(async () => total(await failures()) === 48, 20_000);
    await endProcess(collectors.pop() as ChildProcess, 'SIGKILL');
    if (driver.kind === 'bull') startCollector();
    else {
      // BullMQ's stream is read on from where it was.
      await add(5);
      await pause(500);
      startCollector();
    }
    const expected = driver.kind === 'bull' ? 48 : 53;
    await until(async () => total(await failures()) === expected, 20_000);
    await pause(6_000);
    const list = await failures();
    expect(total(list)).toBe(expected);
    expect(list.ungrouped.failed + list.other.failed).toBe(0);
    expect(list.groups).toHaveLength(2);
    const mailbox = group(list, 'Mailbox # is full');
    expect(mailbox).toMatchObject({
      failed: expected - 7,
      errorClass: 'RangeError',
      frame: 'failures/failures.redis.test:failFromHere',
      state: 'new',
      names: [{ name: 'send', failed: expected - 7 }],
    });
    expect(group(list, "No such '…'")).toMatchObject({ failed: 7, names: [{ name: 'render', failed: 7 }] });
    expect(mailbox?.spark.reduce((sum, count) => sum + count, 0)).toBe(expected - 7);
    await until(async () => group(await failures(), 'Mailbox # is full')?.retained === expected - 7, 60_000);
  }, 120_000);

  test('what failed before anybody looked is found by going through it', async () => {
    const worker = await failWith(queue, ({ name }) => `Order 1 of ${name === 'a' ? 'Bob' : 'Eve'} lost`);
    await add(150, 'a');
    await add(70, 'b');
    await until(async () => (await redis.zcard('bull:mails:failed')) === 220, 20_000);
    await worker.close();
    startCollector();
    await until(async () => {
      const list = await failures();
      return (
        group(list, 'Order # of Bob lost')?.retained === 150 && group(list, 'Order # of Eve lost')?.retained === 70
      );
    }, 30_000);
    const list = await failures();
    expect(list.groups).toHaveLength(2);
    expect(total(list)).toBe(220);
    expect(list.scans).toMatchObject([{ source: 'main', queuesLeft: 0 }]);
  }, 60_000);

  test('attempts that are tried again are counted apart, and retries by how they ended', async () => {
    startCollector();
    await add(1, 'send', { jobId: 'first' });
    await until(isWatched(queue), 15_000);
    const mended = new Set<unknown>();
    const worker = await queue.work(async ({ id }) => {
      await pause(20);
      if (!mended.has(id)) failFromHere('No connection');
    });
    closers.push(() => worker.close());
    const ids = await queue.addMany(
      Array.from({ length: 5 }, (_, index) => ({
        name: 'send',
        data: {},
        options: { jobId: `try-${index}`, attempts: 3, backoff: { type: 'fixed' as const, delay: 300 } },
      })),
    );
    await until(async () => group(await failures(), 'No connection')?.failed === 6, 30_000);
    expect(group(await failures(), 'No connection')).toMatchObject({ failed: 6, attempts: 10 });
    for (const id of ids.slice(0, 3)) {
      mended.add(id);
      await queue.retry(id);
    }
    await queue.retry(ids[3] as string);
    const key = keys.failureRecords('main');
    const retries = async () =>
      Object.entries(await redis.hgetall(key)).map(([, text]) => (JSON.parse(text) as { retries: number[] }).retries);
    await until(async () => JSON.stringify(await retries()) === '[[4,3,1]]', 30_000);
  }, 90_000);
});

test('another collector takes over while jobs fail, and each failure is counted once', async () => {
  const queue = bullMqDriver.open(server.url, 'bull', 'handed-over');
  closers.push(() => queue.close());
  startCollector();
  startCollector();
  await queue.add('a', {});
  await until(isWatched(queue), 15_000);
  await failWith(queue, () => 'out of paper');
  const writer = async () =>
    Number((JSON.parse((await redis.get(keys.liveMeta)) ?? '{}') as { holder?: string }).holder?.split(':').at(-1));
  let added = 1;
  const feed = async (ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end; await pause(20)) {
      await queue.add('a', {});
      added += 1;
    }
  };
  await feed(7_000);
  const pid = await writer();
  const first = collectors.find((child) => child.pid === pid) as ChildProcess;
  const feeding = feed(6_000);
  await endProcess(first, 'SIGKILL');
  await feeding;
  await until(async () => (await redis.zcard('bull:handed-over:failed')) === added, 20_000);
  await until(async () => total(await failures()) >= added, 20_000);
  await pause(6_000);
  const list = await failures();
  expect(await writer()).not.toBe(pid);
  expect(list.groups.map(({ failed, total: inAll }) => [failed, inAll])).toEqual([[added, added]]);
}, 90_000);

test('two places of the code that say the same are two kinds', async () => {
  const queue = bullMqDriver.open(server.url, 'bull', 'two');
  closers.push(() => queue.close());
  startCollector();
  await queue.add('a', {});
  await until(isWatched(queue), 15_000);
  const here = () => {
    throw new Error('timeout');
  };
  const there = () => {
    throw new Error('timeout');
  };
  let n = 0;
  const worker = await queue.work(() => Promise.resolve().then(() => ((n += 1) % 3 === 0 ? here() : there())));
  closers.push(() => worker.close());
  await queue.addMany(Array.from({ length: 89 }, () => ({ name: 'a', data: {} })));
  await until(async () => total(await failures()) === 90, 20_000);
  const list = await failures();
  expect(list.groups.map(({ failed, frame }) => [failed, frame?.split(':')[1]]).sort()).toEqual([
    [30, 'here'],
    [60, 'there'],
  ]);
}, 60_000);

test('a flood of ten thousand messages that differ is bounded, and all are counted', async () => {
  const queue = bullMqDriver.open(server.url, 'bull', 'flood');
  closers.push(() => queue.close());
  startCollector();
  await queue.add('a', {});
  await until(isWatched(queue), 15_000);
  const word = (n: number) =>
    String.fromCharCode(
      ...String(n)
        .split('')
        .map((digit) => 97 + Number(digit)),
    );
  let n = 0;
  const worker = await queue.work(() => Promise.reject(new Error(`what ${word((n += 1))} happened`)), {
    concurrency: 50,
  });
  closers.push(() => worker.close());
  // Slower than BullMQ's stream loses its events.
  for (let start = 0; start < 10_000; start += 500) {
    await queue.addMany(Array.from({ length: start === 0 ? 499 : 500 }, () => ({ name: 'a', data: {} })));
    await pause(400);
  }
  await until(async () => (await redis.zcard('bull:flood:failed')) === 10_000, 60_000);
  await until(async () => total(await failures()) === 10_000, 60_000);
  expect(await redis.hlen(keys.failureKinds('main'))).toBeLessThanOrEqual(500);
  expect(await redis.hlen(keys.failureRecords('main'))).toBeLessThanOrEqual(502);
  const used = await redis.memory('USAGE', keys.failureRecords('main'));
  expect(used).toBeLessThan(1_000_000);
}, 150_000);

test('hostile messages are kept as plain text, and a megabyte as its beginning', async () => {
  const queue = bullMqDriver.open(server.url, 'bull', 'hostile');
  closers.push(() => queue.close());
  startCollector();
  await queue.add('a', { text: '<img src=x onerror=alert(1)>' });
  await until(isWatched(queue), 15_000);
  const texts = [
    '\u001b[31mred\u001b[0m alert',
    '\u202eevil\u202c text',
    'half \ud83d pair',
    `begins well ${'x'.repeat(1_000_000)}`,
    '{"__proto__":{"a":1},"constructor":"x"}',
    '__proto__',
  ];
  for (const text of texts) await queue.add('a', { text });
  const worker = await queue.work(({ data }) => Promise.reject(new Error((data as { text: string }).text)));
  closers.push(() => worker.close());
  await until(async () => total(await failures()) === 7, 20_000);
  const list = await failures();
  const titles = list.groups.map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(['red alert', 'evil text', 'half \ufffd pair', '__proto__']));
  expect(titles.every((title) => title.length <= 240)).toBe(true);
  expect(list.ungrouped.failed).toBe(0);
  await until(async () => (await failures()).groups.every(({ retained }) => retained === 1), 60_000);
}, 120_000);
