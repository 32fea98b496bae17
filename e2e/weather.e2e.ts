import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import Bull from 'bull';
import { test as base } from '@playwright/test';
import { startPrivateRedis, type PrivateRedis } from '../workers/setup/private-redis';
import { keepCollectorDown } from './collector-process';
import { expect, signIn, startTestProduct, type TestProduct } from './product';

/** A product with a Redis that a test may take away. */
const test = base.extend<object, { weather: { product: TestProduct; redis: PrivateRedis } }>({
  weather: [
    async ({}, use) => {
      const redis = await startPrivateRedis();
      const { product, stop } = await startTestProduct({ redis });
      await use({ product, redis });
      await stop();
      await redis.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

test('a collector that is gone is told, and its return takes the banner away', async ({
  page,
  weather: { product },
}) => {
  const queue = new Bull('no-collector', { redis: product.redis });
  await queue.add({ n: 1 });
  await signIn(page, product, product.admin);
  const row = page.getByRole('row').filter({ hasText: 'no-collector' });
  await expect(row).toBeVisible({ timeout: 20_000 });
  const bringBack = keepCollectorDown();
  const banner = page.getByRole('status').filter({ hasText: /The collector is late|No collector is running/ });
  await expect(banner).toContainText(/for \d+ s/, { timeout: 30_000 });
  await expect(banner).toContainText('Nobody reads the queues');
  await expect(page.getByRole('button', { name: /stale ·/ })).toBeVisible();
  await bringBack();
  await expect(banner).toHaveCount(0, { timeout: 30_000 });
  await queue.add({ n: 2 });
  await expect(row.getByRole('cell').nth(3)).toHaveText('2', { timeout: 20_000 });
  await queue.close();
});

/** Ways in which a Redis goes away and comes back; `kept`: with its data. */
const OUTAGES = [
  {
    name: 'hangs',
    kept: true,
    take: ({ pid }: PrivateRedis) => Promise.resolve(process.kill(pid, 'SIGSTOP')),
    giveBack: ({ pid }: PrivateRedis) => Promise.resolve(void process.kill(pid, 'SIGCONT')),
  },
  {
    name: 'is shut down and started anew, empty',
    kept: false,
    take: (redis: PrivateRedis) => redis.stop(),
    giveBack: async ({ binary, port }: PrivateRedis) => {
      const server = spawn(binary.file, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
        stdio: 'ignore',
        cwd: tmpdir(),
      });
      return () => void server.kill();
    },
  },
];

for (const { name, kept, take, giveBack } of OUTAGES)
  test(`a Redis that ${name} is told on every screen, and heals without a reload`, async ({ page, weather }) => {
    const { product, redis } = weather;
    const queue = new Bull('weather', { redis: product.redis });
    queue.on('error', () => undefined);
    await queue.add({ n: 1 });
    await signIn(page, product, product.admin);
    const row = page.getByRole('row').filter({ hasText: 'weather' });
    await expect(row).toBeVisible({ timeout: 20_000 });
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));

    const banners = page.getByRole('status').filter({ hasText: /does not answer|is down/ });
    await take(redis);
    let end: void | (() => void);
    try {
      await expect(banners).toContainText('The store does not answer', { timeout: 30_000 });
      await expect(banners).toContainText(/just now|for \d+ (s|m)/);
      const screens = page.getByRole('navigation', { name: 'Screens' });
      await screens.getByRole('link', { name: 'Brokers' }).click();
      await expect(page).toHaveURL(/\/brokers$/);
      await expect(banners).toContainText('The store does not answer');
      await expect(page.getByRole('region', { name: 'Broker main' })).toContainText('last known');
      // What was last known stays on the screen, marked as old.
      await screens.getByRole('link', { name: 'Overview', exact: true }).click();
      await expect(row).toBeVisible();
      await expect(page.locator('.stale').first()).toBeVisible();
    } finally {
      end = await giveBack(redis);
    }
    await expect(banners).toHaveCount(0, { timeout: 30_000 });
    await queue.add({ n: 2 });
    await expect(row.getByRole('cell').nth(3)).toHaveText(kept ? '2' : '1', { timeout: 20_000 });
    await expect(page.locator('.stale')).toHaveCount(0);
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await queue.close();
    end?.();
  });
