import type { Page } from '@playwright/test';
import { Redis } from 'ioredis';
import { toJobSegment } from '../lib/domain/job-segment';
import { expect, test } from './product';
import { failJobs, openJobs, openQueue, untilQueue } from './queues';

const toast = (page: Page, text: string | RegExp) => page.locator('[data-sonner-toast]').filter({ hasText: text });
const part = (page: Page, title: RegExp) =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 3, name: title }) });

test('from the drawer to its own page: every attempt with its time and error', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'attempts');
  await queue.add('charge', { order: 1 }, { attempts: 3, backoff: 50, jobId: 'a/../b?c#%2F' });
  let tries = 0;
  const worker = await queue.work(() => Promise.reject(new Error(`try number ${(tries += 1)}`)));
  const seen = await untilQueue(product, queue, ({ counts }) => counts.failed === 1);
  await worker.close();
  await openJobs(page, product, seen, 'failed');
  await page.getByRole('button', { name: 'a/../b?c#%2F' }).click();
  await page.getByRole('link', { name: 'Open on a page of its own' }).click();
  await page.waitForURL(`**/jobs/${toJobSegment('a/../b?c#%2F')}`);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('a/../b?c#%2F');
  const attempts = part(page, /^Attempts · 3 of 3/);
  await expect(attempts.getByRole('listitem')).toHaveCount(3);
  for (const [index, error] of ['try number 3', 'try number 2', 'try number 1'].entries())
    await expect(attempts.getByRole('listitem').nth(index)).toContainText(error);
  await expect(attempts).not.toContainText('time not recorded');
  await expect(attempts.locator('pre')).toContainText('e2e/job.e2e.ts');
  await attempts.getByRole('button', { name: 'Attempt 1' }).click();
  await expect(attempts.locator('pre')).toContainText('Error: try number 1');
  await expect(part(page, /^Life/)).toContainText('Was delayed');

  const redis = new Redis(product.redisUrl);
  await redis.del(`bull:${queue.name}:a/../b?c#%2F`);
  await redis.zrem(`bull:${queue.name}:failed`, 'a/../b?c#%2F');
  redis.disconnect();
  await expect(page.getByText('no longer in the broker')).toBeVisible({ timeout: 15_000 });
  await expect(attempts).toContainText('try number 3');
  await expect(page.getByRole('button', { name: 'Retry', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await queue.close();
});

test('data is edited and the job retried; what another wrote meanwhile is shown first', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bull', 'edit');
  const seen = await failJobs(product, queue, 1);
  await page.goto(`${product.url}/queues/${seen.key}/jobs/1`);
  await page.getByRole('button', { name: 'Change' }).click();
  await expect(page.getByRole('menuitem', { name: /^Priority/ })).toContainText('Bull cannot change the priority');
  await page.getByRole('menuitem', { name: 'Edit the data and retry' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit and retry job 1' });
  const editor = dialog.getByLabel('Data, as JSON');
  await expect(editor).toContainText('"order": 1');
  await editor.fill('{ "order": 9, }');
  await expect(dialog).toContainText('Line 1:');
  await expect(dialog.getByRole('button', { name: 'Write and retry' })).toHaveAttribute('aria-disabled', 'true');
  await editor.fill('{ "order": 9 }');
  const redis = new Redis(product.redisUrl);
  await redis.hset(`bull:${queue.name}:1`, 'data', '{"order":"theirs"}');
  await dialog.getByRole('button', { name: 'Write and retry' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Somebody else changed the data');
  await expect(dialog.getByRole('alert')).toContainText('"theirs"');
  expect(await redis.hget(`bull:${queue.name}:1`, 'data')).toBe('{"order":"theirs"}');
  await dialog.getByRole('button', { name: 'Overwrite it with mine' }).click();
  await expect(toast(page, 'the job retried: it is waiting')).toBeVisible();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 1 && counts.failed === 0);
  expect(await redis.hget(`bull:${queue.name}:1`, 'data')).toBe('{"order":9}');
  redis.disconnect();
  const audit = await (await product.api('/api/v1/audit?limit=5')).text();
  expect(audit).toContain('edit data and retry');
  await queue.close();
});

test('a log is read page by page and searched', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'log');
  const id = await queue.add('chatty', {});
  const redis = new Redis(product.redisUrl);
  const lines = Array.from({ length: 1_200 }, (_, n) => `step ${n}${n === 5 ? ' NEEDLE <b>' : ''}`);
  await redis.rpush(`bull:${queue.name}:${id}:logs`, ...lines);
  redis.disconnect();
  const seen = await untilQueue(product, queue);
  await page.goto(`${product.url}/queues/${seen.key}/jobs/${id}`);
  const log = part(page, /^Log/);
  await expect(log.getByRole('list').getByRole('listitem').first()).toContainText('step 1199');
  await log.getByRole('button', { name: 'Older lines' }).click();
  await expect(log.getByRole('status')).toContainText('200 of 1,200 lines');
  await log.getByRole('searchbox').fill('needle');
  await expect(log.getByRole('list').getByRole('listitem')).toHaveCount(1);
  await expect(log).toContainText('step 5 NEEDLE <b>');
  await expect(log.getByRole('status')).toContainText('1 line found in 1,200 of 1,200 searched');
  await queue.close();
});

test('a flow is walked from the root to a leaf', async ({ signedIn: page, product }) => {
  const [top, leaves] = [openQueue(product, 'bullmq', 'flow-top'), openQueue(product, 'bullmq', 'flow-leaves')];
  const tree = await top.addFlow({
    name: 'root',
    queue: top.name,
    children: [
      {
        name: 'branch',
        queue: top.name,
        children: Array.from({ length: 60 }, (_, n) => ({ name: `leaf-${n}`, queue: leaves.name })),
      },
    ],
  });
  const seen = await untilQueue(product, top);
  await untilQueue(product, leaves);
  await page.goto(`${product.url}/queues/${seen.key}/jobs/${toJobSegment(tree.id)}`);
  const flow = part(page, /^Flow/);
  await expect(flow).toContainText('1 not done');
  await flow
    .getByRole('button', { name: /^Children of job/ })
    .first()
    .click();
  await expect(flow).toContainText('60 not done');
  await expect(flow.getByRole('link', { name: /^leaf-/ })).toHaveCount(25);
  await flow.getByRole('button', { name: 'Show more (25 shown)' }).click();
  await expect(flow.getByRole('link', { name: /^leaf-/ })).toHaveCount(50);
  await flow
    .getByRole('link', { name: /^leaf-/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('leaf-');
  await expect(flow.getByRole('link', { name: /^root/ })).toBeVisible();
  await expect(flow.getByRole('link', { name: /^branch/ })).toBeVisible();
  await Promise.all([top.close(), leaves.close()]);
});

test('a JSON tree is searched by keys, and a job is copied as code', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'tree');
  const id = await queue.add('deep', {
    list: Array.from({ length: 5_000 }, (_, n) => ({ n, sku: n === 4_321 ? 'needle' : 'hay' })),
  });
  const seen = await untilQueue(product, queue);
  await page.goto(`${product.url}/queues/${seen.key}/jobs/${id}`);
  const data = part(page, /^Data/);
  await data.getByRole('button', { name: /^Load all/ }).click();
  await expect(data.getByRole('tree')).toContainText('5,000 items');
  await data.getByRole('searchbox').fill('needle');
  await expect(data.getByRole('status')).toContainText('1 of 1 place');
  await expect(data).toContainText('data.list[4321].sku');
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
  await expect(page.getByRole('menuitem', { name: /^As code/ })).toContainText('too large to be put into code');

  const small = await queue.add('small', { quote: `it's` }, { attempts: 4 });
  await page.goto(`${product.url}/queues/${seen.key}/jobs/${small}`);
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
  await page.getByRole('menuitem', { name: /^As code/ }).click();
  const code = page.getByRole('dialog', { name: 'As code' });
  await expect(code).toContainText('queue.add("small"');
  await code.getByRole('radio', { name: 'curl' }).click();
  await expect(code).toContainText(String.raw`"quote":"it'\''s"`);
  await queue.close();
});
