import type { Page } from '@playwright/test';
import { expect, test } from './product';
import { attentionLine, openQueue, untilQueue } from './queues';

/** The row of a queue in the table of all queues. */
function rowOf(page: Page, name: string) {
  return page
    .getByRole('table', { name: /All queues/ })
    .getByRole('row')
    .filter({ hasText: name });
}

test('a queue appears by itself and its figures change without a reload', async ({ signedIn: page, product }) => {
  await expect(page.getByRole('button', { name: /live ·/ })).toBeVisible();
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  const queue = openQueue(product, 'bullmq', 'appears');
  await queue.add('mail', { to: 1 });
  const row = rowOf(page, queue.name);
  await expect(row).toBeVisible({ timeout: 20_000 });
  const backlog = row.getByRole('cell').nth(3);
  await expect(backlog).toHaveText('1');
  for (let index = 0; index < 6; index += 1) await queue.add('mail', { to: index });
  await expect(backlog).toHaveText('7');

  const worker = await queue.work(() => Promise.resolve('sent'));
  await expect(backlog).toHaveText('0');
  await expect(row.getByRole('cell').nth(10)).toHaveText('7');
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  await worker.close();
  await queue.close();
});

test('a queue that nobody works is named first, with what to do', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'orphaned');
  for (let index = 0; index < 3; index += 1) await queue.add('job', {});
  const line = await attentionLine(page, queue, '3 jobs wait and no worker is connected.');
  await expect(line).toContainText('Start a worker for this queue');
  await line.getByRole('link', { name: queue.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: queue.name })).toBeVisible();
  await expect(page.getByRole('list', { name: 'What is wrong' })).toContainText('no worker is connected');
  const worker = await queue.work(() => Promise.resolve(null));
  await expect(page.getByRole('list', { name: 'What is wrong' })).toHaveCount(0, { timeout: 30_000 });
  await worker.close();
  await queue.close();
});

test('filter and sort live in the address and come back from it', async ({ signedIn: page, product }) => {
  const small = openQueue(product, 'bull', 'sorted-small');
  const large = openQueue(product, 'bullmq', 'sorted-large');
  await small.add('job', {});
  for (let index = 0; index < 4; index += 1) await large.add('job', {});
  await untilQueue(product, large, ({ backlog }) => backlog === 4);
  await untilQueue(product, small, ({ backlog }) => backlog === 1);

  await page.keyboard.press('/');
  await expect(page.getByLabel('Filter queues')).toBeFocused();
  await page.keyboard.type('sorted-');
  await expect(page).toHaveURL(/[?&]q=sorted-/);
  await page.getByRole('columnheader', { name: 'Backlog' }).getByRole('button').click();
  await expect(page).toHaveURL(/sort=-backlog/);
  const names = page.getByRole('table', { name: /All queues/ }).getByRole('link', { name: /sorted-/ });
  await expect(names).toHaveText([new RegExp(large.name), new RegExp(small.name)]);
  await page.getByRole('columnheader', { name: 'Backlog' }).getByRole('button').click();
  await expect(names).toHaveText([new RegExp(small.name), new RegExp(large.name)]);

  await page.reload();
  await expect(names).toHaveText([new RegExp(small.name), new RegExp(large.name)]);
  await expect(page.getByRole('columnheader', { name: 'Backlog' })).toHaveAttribute('aria-sort', 'ascending');
  // A count leads to the jobs that it counts.
  await rowOf(page, large.name).getByRole('link', { name: '4', exact: true }).click();
  await expect(page).toHaveURL(/\/jobs\?state=waiting/);
  await expect(page.getByRole('table', { name: 'Jobs that are waiting' }).locator('tbody tr')).toHaveCount(4);
  await small.close();
  await large.close();
});

test('palette and keys lead everywhere', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'palette');
  await queue.add('job', {});
  await untilQueue(product, queue);
  await page.keyboard.press('Control+k');
  await page.keyboard.type(queue.name);
  await expect(page.getByRole('option', { name: new RegExp(queue.name) })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: queue.name })).toBeVisible();

  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await expect(page).toHaveURL(`${product.url}/brokers`);
  await expect(page.getByRole('region', { name: 'Broker main' })).toContainText('noeviction');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page).toHaveURL(`${product.url}/`);
  await page.keyboard.press('/');
  await page.keyboard.type(queue.name);
  await expect(page.getByText(/^1 of \d+$/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: queue.name })).toBeVisible();
  await queue.close();
});

test('frozen figures stand still until they are let go', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'frozen');
  await queue.add('job', {});
  const backlog = rowOf(page, queue.name).getByRole('cell').nth(3);
  await expect(backlog).toHaveText('1', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Pause updates' }).click();
  await queue.add('job', {});
  await untilQueue(product, queue, (seen) => seen.backlog === 2);
  await expect(page.getByRole('button', { name: /frozen ·/ })).toBeVisible();
  await expect(backlog).toHaveText('1');
  await page.getByRole('button', { name: 'Resume updates' }).click();
  await expect(backlog).toHaveText('2');
  await queue.close();
});

test('going back shows the overview where it was left, a link shows it from the top', async ({
  signedIn: page,
  product,
}) => {
  await page.setViewportSize({ width: 1440, height: 300 });
  const queue = openQueue(product, 'bull', 'aa-first');
  await queue.add('job', {});
  const link = rowOf(page, queue.name).getByRole('link', { name: queue.name });
  await expect(link).toBeAttached({ timeout: 20_000 });
  const main = page.getByRole('main');
  const place = () => main.evaluate((element) => element.scrollTop);
  await main.evaluate((element) => element.scrollTo(0, 40));
  await expect.poll(place).toBe(40);
  // A real click would scroll to the link first.
  await link.dispatchEvent('click');
  await expect(page.getByRole('heading', { level: 1, name: queue.name })).toBeVisible();
  expect(await place()).toBe(0);
  await page.goBack();
  await expect(link).toBeAttached();
  await expect.poll(place).toBe(40);

  const screens = page.getByRole('navigation', { name: 'Screens' });
  await screens.getByRole('link', { name: 'Alerts' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeVisible();
  await screens.getByRole('link', { name: 'Overview', exact: true }).click();
  await expect(link).toBeAttached();
  expect(await place()).toBe(0);
  await queue.close();
});
