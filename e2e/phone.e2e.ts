import Bull from 'bull';
import { expect, test } from './product';
import { attentionLine, failJobs, openQueue } from './queues';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test('on a phone one sees what is wrong, pauses, and retries', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'phone');
  await failJobs(product, queue, 2);
  await queue.add('waits', {});
  await attentionLine(page, queue, 'no worker is connected');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'More screens' }).tap();
  await page.getByRole('menuitem', { name: 'Brokers' }).tap();
  await expect(page.getByRole('heading', { name: 'Brokers' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Overview' }).tap();
  // Queues with one cause share a line again after a change of screens.
  const line = await attentionLine(page, queue, 'no worker is connected');
  await line.getByRole('link', { name: queue.name }).tap();

  await page.getByRole('button', { name: 'Pause', exact: true }).tap();
  await expect(page.getByRole('button', { name: 'Resume', exact: true }).first()).toBeVisible();
  const bull = new Bull(queue.name, { redis: product.redis });
  expect(await bull.isPaused()).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await page
    .getByRole('region', { name: 'Jobs by state' })
    .getByRole('link', { name: /failed/ })
    .tap();
  await expect(page.getByText('card declined').first()).toBeVisible();
  await page.getByRole('button', { name: '1', exact: true }).tap();
  await page.getByRole('dialog', { name: 'Job 1' }).getByRole('button', { name: 'Retry' }).tap();
  await expect(page.locator('[data-sonner-toast]').filter({ hasText: '1 job retried' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect((await bull.getJobCounts()).failed).toBe(1);
  await bull.close();
  await queue.close();
});
