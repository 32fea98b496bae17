import { text } from 'node:stream/consumers';
import type { Page } from '@playwright/test';
import { Redis } from 'ioredis';
import { otherBrowser } from './people';
import { expect, test } from './product';
import { failJobs, openJobs, openQueue, untilQueue } from './queues';

const HOSTILE =
  '<img src=x onerror="document.title=\'ran\'"><script>document.title="ran"</script>\u202egnp.exe\u001b[31m';

const drawer = (page: Page) => page.getByRole('dialog', { name: /^Job / });
const rows = (page: Page, state: string) =>
  page.getByRole('table', { name: `Jobs that are ${state}` }).locator('tbody tr');
const toast = (page: Page, text: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: text });

test('a failed job is found, read and retried', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'failed');
  const seen = await failJobs(product, queue, 3, 'card 4000 declined');
  await page.goto(`${product.url}/queues/${seen.key}`);
  await page
    .getByRole('region', { name: 'Jobs by state' })
    .getByRole('link', { name: /failed 3/ })
    .click();
  await expect(rows(page, 'failed')).toHaveCount(3);
  await expect(rows(page, 'failed').first()).toContainText('card 4000 declined');

  await page.getByRole('button', { name: '2', exact: true }).click();
  await expect(page).toHaveURL(/job=2/);
  await expect(drawer(page)).toContainText('card 4000 declined');
  await expect(drawer(page).locator('pre').filter({ hasText: 'e2e/queues.ts' })).toBeVisible();
  await expect(drawer(page)).toContainText('order:2');
  await page.reload();
  await expect(drawer(page)).toContainText('card 4000 declined');

  await drawer(page).getByRole('button', { name: 'Retry' }).click();
  await expect(toast(page, '1 job retried')).toBeVisible();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 1 && counts.failed === 2);
  await expect(rows(page, 'failed')).toHaveCount(2);
  await queue.close();
});

test('several are chosen with Shift, retried and removed, and brought back', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'several');
  const seen = await failJobs(product, queue, 6);
  await openJobs(page, product, seen, 'failed');
  const box = (index: number) => rows(page, 'failed').nth(index).getByRole('checkbox');
  await box(0).click();
  await box(2).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'Selected jobs' });
  await expect(bar).toContainText('3 selected');
  await expect(bar).toContainText('updates pause');
  await bar.getByRole('button', { name: 'Retry' }).click();
  await expect(toast(page, '3 jobs retried')).toBeVisible();
  await expect(rows(page, 'failed')).toHaveCount(3);
  await expect(bar).toHaveCount(0);

  await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
  await bar.getByRole('button', { name: 'Remove' }).click();
  // Finished jobs are out of sight at once and can be brought back.
  await expect(toast(page, '3 jobs removed')).toBeVisible();
  await expect(page.getByText('No job is failed')).toBeVisible();
  await toast(page, '3 jobs removed').getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page, 'failed')).toHaveCount(3);
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 3 && counts.failed === 3);
  await queue.close();
});

test('of two people who retry the same jobs the second is told', async ({ signedIn: page, browser, product }) => {
  const queue = openQueue(product, 'bull', 'two-people');
  const seen = await failJobs(product, queue, 3);
  const other = await otherBrowser(browser, product);
  await openJobs(page, product, seen, 'failed');
  await openJobs(other, product, seen, 'failed');
  // What is chosen stands still, so the second person's list goes on showing what the first has taken.
  for (const id of ['1', '2']) await other.getByRole('checkbox', { name: `Select job ${id}` }).click();
  await page.getByRole('checkbox', { name: 'Select job 1' }).click();
  await page.keyboard.press('r');
  await expect(toast(page, '1 job retried')).toBeVisible();
  await other.getByRole('toolbar').getByRole('button', { name: 'Retry' }).click();
  await expect(toast(other, '1 of 2 jobs retried')).toContainText('already done by someone else');
  await other.context().close();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 2 && counts.failed === 1);
  await queue.close();
});

test('a delayed job runs at once when told to, a completed one of BullMQ runs again', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'delayed');
  await queue.add('later', { n: 1 }, { delay: 3_600_000, jobId: 'later-1' });
  const seen = await untilQueue(product, queue, ({ counts }) => counts.delayed === 1);
  await openJobs(page, product, seen, 'delayed');
  await page.getByRole('button', { name: 'later-1' }).click();
  await drawer(page).getByRole('button', { name: 'Run now' }).click();
  await expect(toast(page, '1 job moved to the queue')).toBeVisible();
  const worker = await queue.work(() => Promise.resolve('ok'));
  await untilQueue(product, queue, ({ counts }) => counts.completed === 1);
  await worker.close();

  await openJobs(page, product, seen, 'completed');
  await page.getByRole('checkbox', { name: 'Select job later-1' }).click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Retry' }).click();
  // What has been done once is not done again by a slip.
  const question = page.getByRole('dialog', { name: `Retry 1 completed job of “${queue.name}”?` });
  await question.getByRole('button', { name: 'Retry 1 job' }).click();
  await expect(toast(page, '1 job retried')).toBeVisible();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 1 && counts.completed === 0);
  await queue.close();
});

test('a new job is checked before it is sent, and arrives as it was typed', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'adding');
  await queue.add('first', {});
  const { key } = await untilQueue(product, queue);
  await page.goto(`${product.url}/queues/${key}`);
  await page.getByRole('button', { name: 'Add job' }).click();
  const dialog = page.getByRole('dialog', { name: new RegExp(`Add a job to “${queue.name}”`) });
  await dialog.getByLabel('Name').fill('invoice');
  await dialog.getByLabel('Data, as JSON').fill('{ "order": 7, }');
  await dialog.getByLabel('Attempts').fill('three');
  await dialog.getByRole('button', { name: 'Add job' }).click();
  await expect(dialog).toContainText('Line 1:');
  await expect(dialog).toContainText('A number of zero or more');

  await dialog.getByLabel('Data, as JSON').fill('{ "order": 7 }');
  await dialog.getByLabel('Attempts').fill('3');
  await dialog.getByLabel('Id').fill('invoice-7');
  await dialog.getByRole('button', { name: 'Add job' }).click();
  await expect(dialog).toHaveCount(0);
  await toast(page, 'Job added').getByRole('link', { name: 'Show job invoice-7' }).click();
  await expect(drawer(page)).toContainText('order:7');
  await expect(drawer(page)).toContainText('Attempts · 0 of 3 allowed');
  await queue.close();
});

test('text of a hostile job is shown and executes nothing', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'hostile');
  await queue.add(HOSTILE, { [HOSTILE]: HOSTILE }, { jobId: `id-${HOSTILE.slice(0, 40)}` });
  const worker = await queue.work(() => Promise.reject(new Error(HOSTILE)));
  const seen = await untilQueue(product, queue, ({ counts }) => counts.failed === 1);
  await worker.close();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await openJobs(page, product, seen, 'failed');
  await expect(rows(page, 'failed').first()).toContainText('<script>document.title="ran"</script>⟨U+202E⟩gnp.exe␛[31m');
  await rows(page, 'failed').first().getByRole('button').last().click();
  await expect(drawer(page)).toContainText('onerror="document.title');
  await expect(drawer(page).locator('img, script')).toHaveCount(0);
  await drawer(page).getByRole('button', { name: 'Remove' }).click();
  await expect(toast(page, '1 job removed')).toBeVisible();
  expect(await page.title()).not.toBe('ran');
  expect(dialogs).toEqual([]);
  await queue.close();
});

test('a job of 5 MB opens, and data that is no JSON is shown as it is', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'large');
  await queue.add('huge', { text: 'x'.repeat(5 * 1024 * 1024), end: 'the-end' }, { jobId: 'huge' });
  await queue.add('plain', {}, { jobId: 'plain' });
  const redis = new Redis(product.redisUrl);
  await redis.hset(`bull:${queue.name}:plain`, 'data', '{not json at all');
  redis.disconnect();
  const seen = await untilQueue(product, queue, ({ counts }) => counts.waiting === 2);
  await openJobs(page, product, seen, 'waiting');
  await page.getByRole('button', { name: 'huge' }).click();
  await drawer(page)
    .getByRole('button', { name: /Load all 5(\.\d)? MB/ })
    .click();
  await expect(drawer(page)).toContainText('the-end', { timeout: 20_000 });
  const download = page.waitForEvent('download');
  await drawer(page).getByRole('link', { name: 'Download data' }).click();
  const stream = await (await download).createReadStream();
  expect((await text(stream)).endsWith('"the-end"}')).toBe(true);

  await page.getByRole('button', { name: 'plain', exact: true }).click();
  await expect(drawer(page)).toContainText('This is not JSON; it is shown as it is.');
  await expect(drawer(page)).toContainText('{not json at all');
  await queue.close();
});
