import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toQueueKey } from '../domain/queue-key';
import type { FailureGroup, FailureList } from '../domain/failure';
import { keys } from '../store/keys';
import { endProcess, pause, startCollectorProcess, until } from '../testing/processes';
import type { DriverQueue, DriverWorker } from '../testing/queue-driver';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../testing/queue-drivers';
import { startPrivateRedis, type PrivateRedis } from '../../workers/setup/private-redis';
import { FailureStore } from './failure-store';
import { toFailureList } from './to-failures';

const DRIVERS = [bullDriver, bullMq5Driver, bullMqDriver];
let server: PrivateRedis;
let dataDir: string;
let databases = 0;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-failures-'));
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A database with real collector processes of its own: tests that wait most of their time run beside each other. */
class Place {
  private readonly url = `${server.url.replace(/\/\d*$/, '')}/${(databases += 1)}`;
  readonly redis = new Redis(this.url);
  readonly collectors: ChildProcess[] = [];

  constructor() {
    closers.push(async () => {
      await this.kill();
      this.redis.disconnect();
    });
  }

  startCollector(): ChildProcess {
    const child = startCollectorProcess(this.url, dataDir);
    this.collectors.push(child);
    return child;
  }

  kill(): Promise<unknown> {
    return Promise.all(this.collectors.splice(0).map((child) => endProcess(child, 'SIGKILL')));
  }

  /** Bull's messages are heard in all databases: names are not used twice. */
  open(driver: (typeof DRIVERS)[number], word: string): DriverQueue {
    const queue = driver.open(this.url, 'bull', `${word}-${driver.package}`);
    closers.push(() => queue.close());
    return queue;
  }

  async failures({ name }: { name?: string } = {}): Promise<FailureList> {
    const now = Date.now();
    const stored = await new FailureStore(this.redis, ['main']).read(now - 3_600_000, now + 60_000, now);
    const wanted = name === undefined ? null : toQueueKey({ source: 'main', namespace: 'bull', name });
    const isWanted = (queueKey: string) => wanted === null || queueKey === wanted;
    return toFailureList(stored, { from: now - 3_600_000, to: now + 60_000, now, isWanted });
  }

  watches({ prefix, name }: DriverQueue): Promise<unknown> {
    const key = toQueueKey({ source: 'main', namespace: prefix, name });
    return until(() => this.redis.hexists(keys.liveQueues, key), 60_000);
  }

  /** As a person does it who wants to know now what the queues keep. */
  async askForScan(): Promise<void> {
    await this.redis.set(keys.failureScanAsked('main'), Date.now());
  }

  failedIn({ name }: DriverQueue): Promise<number> {
    return this.redis.zcard(`bull:${name}:failed`);
  }
}

const total = ({ groups, other, ungrouped }: FailureList) =>
  [...groups, other, ungrouped].reduce((sum, { failed }) => sum + failed, 0);
const group = (list: FailureList, title: string): FailureGroup | undefined =>
  list.groups.find((one) => one.title === title);
const many = (count: number, name: string, options = {}) =>
  Array.from({ length: count }, (_, index) => ({ name, data: { index }, options }));

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

describe.concurrent('failures by kind, counted by a real collector of real queues of each library', () => {
  test('are counted by kind, queue and name, and once over a restart', async () => {
    const place = new Place();
    place.startCollector();
    const queues = DRIVERS.map((driver) => ({ driver, queue: place.open(driver, 'mails') }));
    for (const { queue } of queues) {
      await queue.add('send', {});
      await place.watches(queue);
      let n = 0;
      await failWith(queue, ({ name }) => (name === 'send' ? `Mailbox ${(n += 1)} is full` : 'No such "template"'));
      await queue.addMany([...many(40, 'send'), ...many(7, 'render')]);
    }
    for (const { queue } of queues) await until(async () => total(await place.failures(queue)) === 48, 20_000);
    await place.kill();
    // BullMQ's stream is read on from where it was.
    for (const { driver, queue } of queues) if (driver.kind === 'bullmq') await queue.addMany(many(5, 'send'));
    await pause(500);
    place.startCollector();
    const expectedOf = ({ kind }: (typeof DRIVERS)[number]) => (kind === 'bull' ? 48 : 53);
    for (const { driver, queue } of queues)
      await until(async () => total(await place.failures(queue)) === expectedOf(driver), 20_000);
    await pause(6_000);
    await place.askForScan();
    for (const { driver, queue } of queues) {
      const expected = expectedOf(driver);
      const list = await place.failures(queue);
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
      await until(
        async () => group(await place.failures(queue), 'Mailbox # is full')?.retained === expected - 7,
        30_000,
      );
    }
  }, 120_000);

  test('that were before anybody looked are found by going through them', async () => {
    const place = new Place();
    const queues = DRIVERS.map((driver) => place.open(driver, 'orders'));
    for (const queue of queues) {
      const worker = await failWith(queue, ({ name }) => `Order 1 of ${name === 'a' ? 'Bob' : 'Eve'} lost`);
      await queue.addMany([...many(150, 'a'), ...many(70, 'b')]);
      await until(async () => (await place.failedIn(queue)) === 220, 20_000);
      await worker.close();
    }
    place.startCollector();
    for (const queue of queues) {
      await until(async () => {
        const list = await place.failures(queue);
        const keptOf = (title: string) => group(list, title)?.retained;
        return keptOf('Order # of Bob lost') === 150 && keptOf('Order # of Eve lost') === 70;
      }, 30_000);
      const list = await place.failures(queue);
      expect(list.groups).toHaveLength(2);
      expect(total(list)).toBe(220);
    }
    expect((await place.failures()).scans).toMatchObject([{ source: 'main', queuesLeft: 0 }]);
  }, 60_000);

  test('attempts that are tried again are counted apart, and retries by how they ended', async () => {
    const place = new Place();
    place.startCollector();
    const mended = new Set<unknown>();
    const queues = DRIVERS.map((driver) => place.open(driver, 'tries'));
    const idsOf = new Map<DriverQueue, string[]>();
    for (const queue of queues) {
      await queue.add('send', {}, { jobId: `${queue.name}-first` });
      await place.watches(queue);
      const worker = await queue.work(async ({ id }) => {
        await pause(20);
        if (!mended.has(id)) failFromHere('No connection');
      });
      closers.push(() => worker.close());
      const options = { attempts: 3, backoff: { type: 'fixed' as const, delay: 300 } };
      const jobs = Array.from({ length: 5 }, (_, index) => ({
        name: 'send',
        data: {},
        options: { ...options, jobId: `${queue.name}-${index}` },
      }));
      idsOf.set(queue, await queue.addMany(jobs));
    }
    for (const [queue, ids] of idsOf) {
      await until(async () => group(await place.failures(queue), 'No connection')?.failed === 6, 30_000);
      expect(group(await place.failures(queue), 'No connection')).toMatchObject({ failed: 6, attempts: 10 });
      for (const id of ids.slice(0, 3)) {
        mended.add(id);
        await queue.retry(id);
      }
      await queue.retry(ids[3] as string);
    }
    const retries = async () =>
      Object.values(await place.redis.hgetall(keys.failureRecords('main'))).map(
        (text) => (JSON.parse(text) as { retries: number[] }).retries,
      );
    await until(async () => JSON.stringify(await retries()) === '[[4,3,1],[4,3,1],[4,3,1]]', 30_000);
  }, 90_000);

  test('are each counted once when another collector takes over', async () => {
    const place = new Place();
    const queue = place.open(bullMqDriver, 'handed-over');
    place.startCollector();
    place.startCollector();
    await queue.add('a', {});
    await place.watches(queue);
    await failWith(queue, () => 'out of paper');
    const writer = async () =>
      Number(
        (JSON.parse((await place.redis.get(keys.liveMeta)) ?? '{}') as { holder?: string }).holder?.split(':').at(-1),
      );
    let added = 1;
    const feed = async (ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; await pause(20)) {
        await queue.add('a', {});
        added += 1;
      }
    };
    await feed(7_000);
    const pid = await writer();
    const first = place.collectors.find((child) => child.pid === pid) as ChildProcess;
    const feeding = feed(6_000);
    await endProcess(first, 'SIGKILL');
    await feeding;
    await until(async () => (await place.failedIn(queue)) === added, 20_000);
    await until(async () => total(await place.failures()) >= added, 20_000);
    await pause(6_000);
    const list = await place.failures();
    expect(await writer()).not.toBe(pid);
    expect(list.groups.map(({ failed, total: inAll }) => [failed, inAll])).toEqual([[added, added]]);
  }, 90_000);

  test('are two kinds where two places of the code say the same; hostile ones are kept as text, a megabyte as its beginning', async () => {
    const place = new Place();
    const [two, hostile] = [place.open(bullMqDriver, 'two'), place.open(bullMqDriver, 'hostile')];
    place.startCollector();
    await two.add('a', {});
    await hostile.add('a', { text: '<img src=x onerror=alert(1)>' });
    for (const queue of [two, hostile]) await place.watches(queue);
    const here = () => {
      throw new Error('timeout');
    };
    const there = () => {
      throw new Error('timeout');
    };
    let n = 0;
    const worker = await two.work(() => Promise.resolve().then(() => ((n += 1) % 3 === 0 ? here() : there())));
    const texts = [
      '\u001b[31mred\u001b[0m alert',
      '\u202eevil\u202c text',
      'half \ud83d pair',
      `begins well ${'x'.repeat(1_000_000)}`,
      '{"__proto__":{"a":1},"constructor":"x"}',
      '__proto__',
    ];
    for (const text of texts) await hostile.add('a', { text });
    const other = await hostile.work(({ data }) => Promise.reject(new Error((data as { text: string }).text)));
    closers.push(() => Promise.all([worker.close(), other.close()]));
    await two.addMany(many(89, 'a'));
    await until(async () => total(await place.failures(two)) === 90, 20_000);
    const places = (await place.failures(two)).groups.map(({ failed, frame }) => [failed, frame?.split(':')[1]]);
    expect(places.sort()).toEqual([
      [30, 'here'],
      [60, 'there'],
    ]);
    await until(async () => total(await place.failures(hostile)) === 7, 20_000);
    const list = await place.failures(hostile);
    const titles = list.groups.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['red alert', 'evil text', 'half \ufffd pair', '__proto__']));
    expect(titles.every((title) => title.length <= 240)).toBe(true);
    expect(list.ungrouped.failed).toBe(0);
    await place.askForScan();
    await until(async () => (await place.failures(hostile)).groups.every(({ retained }) => retained === 1), 60_000);
  }, 120_000);

  test('are bounded in a flood of ten thousand messages that differ, and all are counted', async () => {
    const place = new Place();
    const queue = place.open(bullMqDriver, 'flood');
    place.startCollector();
    await queue.add('a', {});
    await place.watches(queue);
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
      await queue.addMany(many(start === 0 ? 499 : 500, 'a'));
      await pause(400);
    }
    await until(async () => (await place.failedIn(queue)) === 10_000, 60_000);
    await until(async () => total(await place.failures()) === 10_000, 60_000);
    expect(await place.redis.hlen(keys.failureKinds('main'))).toBeLessThanOrEqual(500);
    expect(await place.redis.hlen(keys.failureRecords('main'))).toBeLessThanOrEqual(502);
    const used = await place.redis.memory('USAGE', keys.failureRecords('main'));
    expect(used).toBeLessThan(1_000_000);
  }, 150_000);
});
