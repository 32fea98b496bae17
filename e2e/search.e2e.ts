import type { Page } from '@playwright/test';
import { Redis } from 'ioredis';
import { expect, test } from './product';
import { fillFailed, openJobs, openQueue, untilQueue } from './queues';

const rows = (page: Page) => page.getByRole('table', { name: 'Jobs that are failed' }).locator('tbody tr');
const box = (page: Page) => page.getByRole('combobox', { name: 'Search these jobs' });
const progress = (page: Page) => page.getByRole('status', { name: 'Progress of the search' });
const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selected jobs' });

test('jobs are found by what is in them, and the search is in the address', async ({ signedIn: page, product }) => {
  const { queue, seen } = await fillFailed(product, 'find', 3_000);
  await openJobs(page, product, seen, 'failed');
  await page.keyboard.press('/');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type('data.customer.t');
  await page.getByRole('option', { name: /data\.customer\.tier=/ }).click();
  await page.getByRole('option', { name: /gold/ }).click();
  await page.keyboard.type('name:charge error:"card 12"');
  await page.keyboard.press('Enter');
  await expect(progress(page)).toContainText('scanned 3,000 of 3,000');
  // 120, 1200, 1210, … 1290: those of the hundred that are even tens.
  await expect(progress(page)).toContainText('11 hits');
  await expect(rows(page)).toHaveCount(11);
  await expect(rows(page).first()).toContainText('card 1290 declined');
  await page.reload();
  await expect(rows(page)).toHaveCount(11);
  await expect(box(page)).toHaveValue(/data\.customer\.tier=gold/);

  await page.getByRole('columnheader').getByRole('button', { name: 'Id', exact: true }).click();
  await expect(rows(page).first()).toContainText('card 120 declined');
  await expect(page.getByText('sorted within the 11 hits shown')).toBeVisible();
  await page.getByRole('button', { name: 'f-1200', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Job f-1200' })).toContainText('card 1200 declined');
  await expect(page).toHaveURL(/job=f-1200/);

  await page.keyboard.press('Escape');
  await box(page).fill('name:charge age<5');
  await box(page).press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'Say a unit' })).toBeVisible();
  await expect(page.locator('mark')).toHaveText('age<5');
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await expect(rows(page)).toHaveCount(50);
  await queue.close();
});

test('a long search is stopped and goes on where it was', async ({ signedIn: page, product }) => {
  const { queue, seen } = await fillFailed(product, 'long', 60_000);
  // The group of each job is told outside the broker, which takes seconds on any machine.
  await openJobs(page, product, seen, 'failed');
  await box(page).fill('group:000000000000');
  await box(page).press('Enter');
  await expect(progress(page)).toContainText(/scanned [1-9][\d,]* of 60,000/);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(progress(page)).toContainText('stopped');
  const words = await progress(page).innerText();
  const scanned = Number(/scanned ([\d,]+)/.exec(words)?.[1]?.replaceAll(',', ''));
  expect(scanned).toBeLessThan(60_000);
  await page.waitForTimeout(500);
  expect(await progress(page).innerText()).toBe(words);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(progress(page)).toContainText('scanned 60,000 of 60,000', { timeout: 20_000 });
  await expect(page.getByText('No job matches')).toBeVisible();
  await page.getByRole('link', { name: 'Search the 1 waiting' }).click();
  await expect(page.getByRole('link', { name: 'waiting 1' })).toHaveAttribute('aria-current', 'page');
  await expect(box(page)).toHaveValue('group:000000000000');
  await queue.close();
});

test('these rows and all that match are told apart', async ({ signedIn: page, product }) => {
  const { queue, seen } = await fillFailed(product, 'all', 400);
  await page.goto(`${product.url}/queues/${seen.key}/jobs?state=failed&q=${encodeURIComponent('name:refund')}`);
  await expect(progress(page)).toContainText('200 hits');
  await page.getByRole('checkbox', { name: 'Select job f-399' }).click();
  await page.getByRole('checkbox', { name: 'Select job f-395' }).click({ modifiers: ['Shift'] });
  await expect(bar(page)).toContainText('3 selected');
  await bar(page)
    .getByRole('button', { name: /^Select all/ })
    .click();
  await expect(bar(page)).toContainText('all that match (200 so far');
  await expect(page.getByRole('checkbox', { name: 'Select job f-1', exact: true })).toBeChecked();
  await bar(page)
    .getByRole('button', { name: /Retry all/ })
    .click();
  const dialog = page.getByRole('dialog', { name: /Retry failed jobs that match name:refund/ });
  await expect(dialog).toContainText('200');
  await dialog.getByRole('button', { name: /^Retry/ }).click();
  await untilQueue(product, queue, ({ counts }) => counts.failed === 200);
  await expect(page.getByText('No job matches')).toBeVisible({ timeout: 20_000 });
  await queue.close();
});

test('pages lead to the end, back, and to a time', async ({ signedIn: page, product }) => {
  const { queue, seen } = await fillFailed(product, 'pages', 230);
  await openJobs(page, product, seen, 'failed');
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expect(pages).toContainText('1–50 of 230');
  await pages.getByRole('button', { name: 'Last page' }).click();
  await expect(pages).toContainText('181–230 of 230');
  await expect(rows(page).last()).toContainText('card 0 declined');
  await page.reload();
  await expect(rows(page).last()).toContainText('card 0 declined');
  await pages.getByRole('button', { name: 'Previous page' }).click();
  await expect(pages).toContainText('131–180 of 230');
  await pages.getByRole('button', { name: 'First page' }).click();
  await expect(pages).toContainText('1–50 of 230');
  await page.getByRole('button', { name: 'Go to a time' }).click();
  await page.getByLabel('Go to', { exact: true }).fill('2020-01-01T00:00');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(page.getByText('Nothing is left on this page')).toBeVisible();
  await page.getByRole('button', { name: 'To the first page' }).click();

  // What fails now does not push the rows away.
  const redis = new Redis(product.redisUrl);
  const at = Date.now() + 1_000;
  await redis.hset(`bull:${queue.name}:late`, {
    name: 'late',
    data: '{}',
    timestamp: at,
    finishedOn: at,
    failedReason: 'late',
  });
  await redis.zadd(`bull:${queue.name}:failed`, at, 'late');
  redis.disconnect();
  await page.getByRole('button', { name: /1 new · show the newest/ }).click({ timeout: 15_000 });
  await expect(rows(page).first()).toContainText('late');
  await queue.close();
});

test('the palette finds a job by its id', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'palette');
  await queue.add('welcome', { to: 'x' }, { jobId: 'order-4711-x' });
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 1);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('order-4711-x');
  const option = page.getByRole('option', { name: new RegExp(queue.name) });
  await expect(option).toContainText('waiting');
  await option.click();
  await expect(page.getByRole('dialog', { name: 'Job order-4711-x' })).toContainText(/to:\s*"x"/);
  await queue.close();
});
