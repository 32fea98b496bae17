import type { Page } from '@playwright/test';
import { expect, test } from './product';
import { failJobs, fillFailed, openJobs, openQueue, untilQueue } from './queues';

const rows = (page: Page) => page.getByRole('table', { name: 'Jobs that are failed' }).locator('tbody tr');
const tray = (page: Page) => page.getByRole('region', { name: 'Operations under way' });
const toast = (page: Page, text: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: text });

test('all failed jobs are retried at a pace, paused, resumed and stopped, in view of everybody', async ({
  signedIn: page,
  product,
}) => {
  // At the slowest pace this takes 80 s: more than all that is done below takes on a machine that is slow.
  const { queue, seen } = await fillFailed(product, 'many', 4_000);
  await openJobs(page, product, seen, 'failed');
  await page.getByRole('button', { name: /^All 4,000/ }).click();
  await page.getByRole('menuitem', { name: 'Retry all…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Retry all failed jobs' });
  await expect(dialog).toContainText(/card .+ declined/);
  await dialog.getByRole('radio', { name: '50/s' }).click();
  await dialog.getByRole('button', { name: 'Retry 4,000 jobs' }).click();
  await expect(dialog).toHaveCount(0);

  await tray(page).getByRole('button', { name: 'Pause' }).click();
  await expect(tray(page)).toContainText(/Paused at [\d,]+ of 4,000/);
  const other = await page.context().newPage();
  await other.goto(`${product.url}/brokers`);
  await expect(tray(other)).toContainText(/Paused at [\d,]+ of 4,000/);
  await tray(other).getByRole('button', { name: 'Resume' }).click();
  await expect(tray(page).getByRole('button', { name: 'Pause' })).toBeVisible();
  await tray(page).getByRole('button', { name: 'Stop' }).click();

  await page.goto(`${product.url}/operations`);
  const line = page.getByRole('listitem').filter({ hasText: queue.name });
  await expect(line).toContainText('stopped');
  await line.getByRole('button').first().click();
  await expect(page.getByRole('dialog', { name: 'Operation' })).toContainText('4,000 meant');
  const { counts } = await untilQueue(product, queue, (one) => (one.counts.waiting ?? 0) > 1);
  expect((counts.waiting ?? 0) + (counts.failed ?? 0)).toBe(4_001);
  await queue.close();
});

test('failed jobs are put away as dead letters, and brought back', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'letters');
  const seen = await failJobs(product, queue, 3);
  await openJobs(page, product, seen, 'failed');
  await rows(page).nth(0).getByRole('checkbox').click();
  await page
    .getByRole('toolbar', { name: 'Selected jobs' })
    .getByRole('button', { name: /^Dead-letter/ })
    .click();
  const away = page.getByRole('dialog', { name: 'Dead-letter 1 failed job' });
  await expect(away.getByLabel('Queue for dead letters')).toHaveValue(`${queue.name}-dead-letter`);
  await away.getByRole('button', { name: 'Dead-letter 1 job' }).click();
  await expect(rows(page)).toHaveCount(2);

  const dead = { ...queue, name: `${queue.name}-dead-letter` };
  const letters = await untilQueue(product, dead, ({ counts }) => counts.waiting === 1);
  await openJobs(page, product, letters, 'waiting');
  await page.getByRole('button', { name: /^All/ }).click();
  await page.getByRole('menuitem', { name: 'Bring back all…' }).click();
  const back = page.getByRole('dialog', { name: 'Bring back all waiting jobs' });
  await expect(back.getByLabel('Back to the queue')).toHaveValue(queue.name);
  await back.getByRole('button', { name: 'Bring back 1 job' }).click();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 1 && counts.failed === 2);
  await queue.close();
});

test('twelve removed jobs are out of sight at once, and come back by undo', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'undo');
  const seen = await failJobs(product, queue, 15);
  await openJobs(page, product, seen, 'failed');
  await rows(page).nth(0).getByRole('checkbox').click();
  await rows(page)
    .nth(11)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'Selected jobs' });
  await expect(bar).toContainText('12 selected');
  await bar.getByRole('button', { name: 'Remove' }).click();
  await expect(toast(page, '12 jobs removed')).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  // They are still in the broker.
  await untilQueue(product, queue, ({ counts }) => counts.failed === 15);
  await toast(page, '12 jobs removed').getByRole('button', { name: 'Undo' }).click();
  await expect(toast(page, /back in the list/)).toBeVisible();
  await expect(rows(page)).toHaveCount(15);
  await queue.close();
});

test('what cannot be undone asks for the name of the queue', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'typed');
  await queue.addMany(Array.from({ length: 5 }, (_, n) => ({ name: 'a', data: { n } })));
  const seen = await untilQueue(product, queue, ({ counts }) => counts.waiting === 5);
  await openJobs(page, product, seen, 'waiting');
  await page.getByRole('button', { name: /^All 5/ }).click();
  await page.getByRole('menuitem', { name: 'Remove all…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove all waiting jobs' });
  await expect(dialog).toContainText('This cannot be undone');
  const remove = dialog.getByRole('button', { name: 'Remove 5 jobs' });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(/^Type/).fill(queue.name);
  await remove.click();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 0);
  await queue.close();
});
