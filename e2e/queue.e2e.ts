import type { Locator, Page } from '@playwright/test';
import Bull from 'bull';
import { keepCollectorDown } from './collector-process';
import { expect, test } from './product';
import { openQueue, untilQueue } from './queues';

const CHARTS = [/Depth/, /Throughput/, /Run time\b/, /Failed/, /Active/, /Stalled/];

function chart(page: Page, title: RegExp): Locator {
  return page.getByRole('figure', { name: title });
}

/** Drags over a chart, from and to in shares of its width. */
async function drag(page: Page, on: Locator, from: number, to: number): Promise<void> {
  const box = await on.locator('.recharts-surface').first().boundingBox();
  if (!box) throw new Error('the chart is not on the screen');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 4 });
  await page.mouse.move(box.x + box.width * to, y, { steps: 4 });
  await page.mouse.up();
}

test('six charts are drawn from the history, the range and the zoom are in the address', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'charts');
  const worker = await queue.work(
    async ({ data }) => {
      if ((data as { fails: boolean }).fails) throw new Error('declined');
      return 'done';
    },
    { concurrency: 5 },
  );
  for (let index = 0; index < 20; index += 1) await queue.add('job', { fails: index % 4 === 0 });
  const { key } = await untilQueue(product, queue, ({ counts }) => counts.completed === 15 && counts.failed === 5);
  await page.goto(`${product.url}/queues/${key}?range=15m`);
  for (const title of CHARTS) await expect(chart(page, title)).toBeVisible();
  // What a chart draws it also tells in words, to those who cannot see it.
  const says = (title: RegExp, words: RegExp) =>
    expect(chart(page, title)).toHaveAccessibleDescription(words, { timeout: 40_000 });
  await says(/Throughput/, /completed: .*highest [1-9]/i);
  await says(/Failed/, /failed: .*highest [1-9]/i);
  await says(/Run time\b/, /p95: .*highest \d/i);
  await expect(
    chart(page, /Throughput/)
      .locator('.recharts-surface')
      .first(),
  ).toBeVisible();

  await page.getByRole('radio', { name: '3 h' }).click();
  await expect(page).toHaveURL(/range=3h/);
  await page.getByRole('radio', { name: '15 m' }).click();
  await expect(page).toHaveURL(/range=15m/);

  await drag(page, chart(page, /Depth/), 0.4, 0.8);
  await expect(page).toHaveURL(/from=\d+.*to=\d+/);
  const query = new URL(page.url()).searchParams;
  const width = Number(query.get('to')) - Number(query.get('from'));
  expect(width).toBeGreaterThan(4 * 60_000);
  expect(width).toBeLessThan(8 * 60_000);
  await page.reload();
  await expect(page).toHaveURL(new RegExp(`from=${query.get('from')}`));
  await expect(page.getByRole('button', { name: /^\d\d:\d\d.* – \d\d:\d\d/ })).toBeVisible();
  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await worker.close();
  await queue.close();
});

test('pause and resume reach the library, and the screen says so', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'pausing');
  await queue.add('job', {});
  const { key } = await untilQueue(product, queue);
  const bull = new Bull(queue.name, { redis: product.redis });
  await page.goto(`${product.url}/queues/${key}`);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Resume', exact: true })).toBeVisible();
  await expect(page.getByText('paused', { exact: true }).first()).toBeVisible();
  expect(await bull.isPaused()).toBe(true);
  await expect(page.getByRole('list', { name: 'What is wrong' })).toContainText('paused while 1 job');
  await page.getByRole('list', { name: 'What is wrong' }).getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible();
  await expect.poll(() => bull.isPaused()).toBe(false);
  await bull.close();
  await queue.close();
});

test('time without a collector is hatched in the charts, not drawn through', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'gap');
  await queue.add('job', {});
  const { key } = await untilQueue(product, queue);
  await page.goto(`${product.url}/queues/${key}?range=15m`);
  const depth = chart(page, /Depth/);
  await expect(depth).toHaveAccessibleDescription(/waiting: last 1/i, { timeout: 40_000 });
  const bringBack = keepCollectorDown();
  await expect(page.getByText(/The collector is late|No collector is running/)).toBeVisible({ timeout: 30_000 });
  await bringBack();
  await expect(page.getByText(/The collector is late|No collector is running/)).toHaveCount(0, { timeout: 30_000 });
  await expect(page.getByText(/not collected|incomplete/).first()).toBeVisible({ timeout: 30_000 });
  await expect(depth.locator('[fill^="url(#"]').first()).toBeAttached();
  await queue.close();
});
