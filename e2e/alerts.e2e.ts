import { expect, test, type TestProduct } from './product';
import { openQueue, untilQueue } from './queues';

type Message = { type?: string; event?: string };

test('a backlog fires on the screen and at a webhook once, and resolves once', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'alert');
  await page.goto(`${product.url}/alerts`);
  const firing = page.getByRole('region', { name: 'Firing' });
  await expect(page.getByRole('region', { name: 'Rules' })).toContainText('Short queue is full');
  for (let index = 0; index < 8; index += 1) await queue.add('job', {});
  const line = firing.getByRole('listitem').filter({ hasText: queue.name });
  await expect(line).toContainText('8 jobs in the backlog', { timeout: 30_000 });
  await expect(page.getByRole('navigation', { name: 'Screens' })).toContainText('firing');
  await expect.poll(() => messagesAbout(product, queue.name).length).toBe(1);

  const worker = await queue.work(() => Promise.resolve(null));
  await untilQueue(product, queue, ({ backlog }) => backlog === 0);
  const resolved = page
    .getByRole('region', { name: /Resolved/ })
    .getByRole('listitem')
    .filter({ hasText: queue.name });
  await expect(resolved).toBeVisible({ timeout: 30_000 });
  await expect(line).toHaveCount(0);
  await expect.poll(() => messagesAbout(product, queue.name).length).toBe(2);
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

function messagesAbout({ webhooks }: TestProduct, name: string) {
  return webhooks.filter(({ body }) => JSON.stringify(body as Message).includes(name));
}
