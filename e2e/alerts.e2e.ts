import { expect, test, type TestProduct } from './product';
import { openQueue, untilQueue } from './queues';

type Message = { type?: string; event?: string };

test('a backlog fires on the screen and at a webhook once, and resolves once', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'alert');
  await page.goto(`${product.url}/alerts?tab=rules`);
  await expect(page.getByRole('region', { name: 'Rules' })).toContainText('Short queue is full');
  await page.getByRole('radio', { name: 'Incidents' }).click();
  const firing = page.getByRole('region', { name: 'Firing' });
  for (let index = 0; index < 8; index += 1) await queue.add('job', {});
  const line = firing.getByRole('listitem').filter({ hasText: queue.name });
  await expect(line).toContainText('8 jobs in the backlog', { timeout: 30_000 });
  await expect(page.getByRole('navigation', { name: 'Screens' })).toContainText('firing');
  await expect.poll(() => messagesAbout(product, queue.name).length).toBe(1);

  const worker = await queue.work(() => Promise.resolve(null));
  await untilQueue(product, queue, ({ backlog }) => backlog === 0);
  const ended = page
    .getByRole('region', { name: /^Ended/ })
    .getByRole('listitem')
    .filter({ hasText: queue.name });
  await expect(ended).toBeVisible({ timeout: 30_000 });
  await expect(line).toHaveCount(0);
  await expect.poll(() => messagesAbout(product, queue.name).length).toBe(2);
  await page.getByRole('radio', { name: 'Channels' }).click();
  await expect(page.getByRole('region', { name: 'Channels' })).toContainText('sent');

  // Several more rounds of checks pass without another message.
  const checked = async () => ((await (await product.api('/api/v1/alerts')).json()) as { checkedAt: number }).checkedAt;
  const last = await checked();
  await expect.poll(checked, { timeout: 20_000 }).toBeGreaterThan(last + 3_000);
  expect(messagesAbout(product, queue.name)).toHaveLength(2);
  expect(new Set(messagesAbout(product, queue.name).map(({ key }) => key)).size).toBe(2);
  await worker.close();
  await queue.close();
});

test('a rule is made with its past in sight; what it fires for is acknowledged, silenced, and ends', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'orders');
  await queue.add('job', {});
  await untilQueue(product, queue, ({ backlog }) => backlog === 1);
  await page.goto(`${product.url}/alerts?tab=rules`);
  await page.getByRole('button', { name: 'New rule' }).click();
  const form = page.getByRole('dialog', { name: 'New rule' });
  await form.getByLabel('Name').fill('Orders pile up');
  await form.getByLabel('Queues, one pattern a line').fill(queue.name);
  await form.getByLabel('Number').fill('3');
  await form.getByLabel('Ends at or under').fill('1');
  await form.getByLabel('For at least').fill('0s');
  await expect(form.getByText('Covers 1 queue')).toBeVisible();
  await form.getByRole('button', { name: 'Try it on the last week' }).click();
  await expect(form.getByRole('status')).toContainText('would have fired 0 times');
  await form.getByRole('button', { name: 'Make rule' }).click();
  await expect(page.getByRole('region', { name: 'Rules' })).toContainText('Orders pile up');

  for (let index = 0; index < 6; index += 1) await queue.add('job', {});
  await page.getByRole('radio', { name: 'Incidents' }).click();
  const line = page.getByRole('region', { name: 'Firing' }).getByRole('listitem').filter({ hasText: queue.name });
  await line.getByRole('link').first().click({ timeout: 30_000 });
  // The list has a button of that name as well, until the page is there.
  await expect(page.getByRole('region', { name: 'Course' })).toBeVisible();
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  const asked = page.getByRole('dialog');
  await asked.getByLabel(/^Note/).fill('looking into it');
  await asked.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(page.getByRole('region', { name: 'Course' })).toContainText('looking into it');
  await page.getByRole('button', { name: 'Silence' }).click();
  const silence = page.getByRole('dialog', { name: 'Silence alerts' });
  await silence.getByLabel('Why').fill('a new warehouse');
  await silence.getByRole('button', { name: 'Silence', exact: true }).click();
  await expect(page.getByText('silenced until')).toBeVisible({ timeout: 20_000 });

  const worker = await queue.work(() => Promise.resolve(null));
  await untilQueue(product, queue, ({ backlog }) => backlog === 0);
  await expect(page.getByRole('region', { name: 'Course' })).toContainText('over', { timeout: 30_000 });
  await page.goto(`${product.url}/alerts?tab=history&queue=${queue.name}`);
  await expect(page.getByRole('region', { name: 'Ended incidents' }).getByRole('listitem')).toHaveCount(1);
  await worker.close();
  await queue.close();
});

function messagesAbout({ webhooks }: TestProduct, name: string) {
  return webhooks.filter(({ body }) => JSON.stringify(body as Message).includes(name));
}
