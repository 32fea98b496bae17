import { expect, test } from './product';
import { attentionLine, openQueue, untilQueue } from './queues';

test('a cause comes with its evidence, leads to the window in which it began, and the queue says what it takes', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'triage');
  await queue.addMany(Array.from({ length: 30 }, () => ({ name: 'job', data: { text: 'x'.repeat(200) } })));
  const { key } = await untilQueue(product, queue, ({ verdicts }) => verdicts[0]?.code === 'no-workers');
  await page.goto(product.url);
  const line = await attentionLine(page, queue, '30 jobs wait and no worker is connected.');
  await expect(line.getByRole('link', { name: 'See workers' })).toHaveAttribute('href', '/workers');
  await line.getByRole('link', { name: '30', exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/queues/${key}\\?from=\\d+&to=\\d+`));

  const panel = page.getByRole('region', { name: 'Backpressure' });
  await expect(panel).toContainText('No worker is connected.');
  await expect(panel).toContainText(/Holds about .* in Redis/, { timeout: 20_000 });
  await panel.getByRole('combobox', { name: 'Workers to be empty in' }).selectOption('60');
  await expect(page).toHaveURL(/goal=60/);
  await panel.getByRole('link', { name: 'Find jobs that are out of date' }).click();
  await expect(page).toHaveURL(/state=waiting&q=age/);
  await queue.obliterate();
});
