import { randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { Redis } from 'ioredis';
import { queueSchema, snapshotSchema, type Queue } from '../lib/domain/queue';
import { bullDriver, bullMqDriver } from '../lib/testing/queue-drivers';
import type { DriverQueue } from '../lib/testing/queue-driver';
import { expect, type TestProduct } from './product';

const PREFIX = 'bull';

/** Opens a real queue with a name of its own; `close` it at the end. */
export function openQueue(product: TestProduct, kind: 'bull' | 'bullmq', name: string): DriverQueue {
  const driver = kind === 'bull' ? bullDriver : bullMqDriver;
  return driver.open(product.redisUrl, PREFIX, `${name}-${randomBytes(2).toString('hex')}`);
}

/** Waits until the product shows the queue as `isSo`. */
export async function untilQueue(
  product: TestProduct,
  { name }: DriverQueue,
  isSo: (queue: Queue) => boolean = () => true,
): Promise<Queue> {
  let found: Queue | undefined;
  await expect
    .poll(
      async () => {
        const snapshot = snapshotSchema.parse(await (await product.api('/api/v1/queues')).json());
        found = snapshot.queues.find((queue) => queue.id.name === name);
        return found !== undefined && isSo(found);
      },
      { timeout: 30_000, intervals: [200] },
    )
    .toBe(true);
  return queueSchema.parse(found);
}

/** Runs a queue's jobs until `count` of them have ended in failure, then closes the worker. */
export async function failJobs(product: TestProduct, queue: DriverQueue, count: number, message = 'card declined') {
  for (let index = 1; index <= count; index += 1) await queue.add(`charge-${index}`, { order: index });
  const worker = await queue.work(async () => {
    throw new Error(message);
  });
  const found = await untilQueue(product, queue, ({ counts }) => counts.failed === count);
  await worker.close();
  return found;
}

/** A queue with `count` failed jobs, put there as the library does, in a moment. */
export async function fillFailed(product: TestProduct, name: string, count: number) {
  const queue = openQueue(product, 'bullmq', name);
  await queue.add('first', {});
  const redis = new Redis(product.redisUrl);
  const now = Date.now();
  for (let start = 0; start < count; start += 1_000) {
    const pipeline = redis.pipeline();
    for (let n = start; n < Math.min(count, start + 1_000); n += 1) {
      pipeline.hset(`bull:${queue.name}:f-${n}`, {
        name: n % 2 === 0 ? 'charge' : 'refund',
        data: JSON.stringify({ order: n, customer: { tier: n % 10 === 0 ? 'gold' : 'iron' }, note: 'x'.repeat(20) }),
        opts: '{"attempts":1}',
        timestamp: now - 60_000,
        processedOn: now - 50_000,
        finishedOn: now - (count - n),
        atm: 1,
        failedReason: `card ${n} declined`,
        stacktrace: '[]',
      });
      pipeline.zadd(`bull:${queue.name}:failed`, now - (count - n), `f-${n}`);
    }
    await pipeline.exec();
  }
  redis.disconnect();
  const seen = await untilQueue(product, queue, ({ counts }) => counts.failed === count);
  return { queue, seen };
}

/** Opens a queue's jobs of one state and waits for the list. */
export async function openJobs(page: Page, product: TestProduct, { key }: Queue, state: string): Promise<void> {
  await page.goto(`${product.url}/queues/${key}/jobs?state=${state}`);
  await expect(page.getByRole('table', { name: `Jobs that are ${state}` })).toBeVisible();
}

/**
 * The line of a queue in *Needs attention*, once it says `words`. Many queues with one cause share a line, which is
 * opened for it.
 */
export async function attentionLine(page: Page, { name }: DriverQueue, words: string): Promise<Locator> {
  const region = page.getByRole('region', { name: 'Needs attention' });
  const line = region.getByRole('listitem').filter({ hasText: name }).last();
  await expect(async () => {
    for (const more of [/^Show \d+ more/, /^Show each/])
      for (const button of await region.getByRole('button', { name: more }).all()) await button.click();
    await expect(line).toContainText(words, { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  return line;
}
