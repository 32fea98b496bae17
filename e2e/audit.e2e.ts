import { expect, test } from './product';
import { openQueue, untilQueue } from './queues';

test('what people and what programs do stands in the audit log, apart', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bull', 'audited');
  await queue.add('job', {});
  const { key } = await untilQueue(product, queue);
  await page.goto(`${product.url}/queues/${key}`);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Resume', exact: true }).first()).toBeVisible();
  const resumed = await product.api(`/api/v1/queues/${key}/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'resume' }),
  });
  expect(resumed.status).toBe(200);

  const entries = page
    .getByRole('table', { name: /Audit log/ })
    .getByRole('row')
    .filter({ hasText: queue.name });
  await page.goto(`${product.url}/audit`);
  await expect(entries).toHaveCount(1);
  await expect(entries).toContainText(product.admin.email);
  await expect(entries).toContainText(/pause/i);
  await page.getByRole('radio', { name: 'Tokens' }).click();
  await expect(page).toHaveURL(/by=tokens/);
  await expect(entries).toHaveCount(1);
  await expect(entries).toContainText(/resume/i);
  await page.reload();
  await expect(entries).toContainText(/resume/i);

  await page.setViewportSize({ width: 390, height: 800 });
  const cards = page.getByRole('list', { name: /Audit log/ }).getByRole('listitem');
  await expect(cards.filter({ hasText: queue.name })).toContainText(/resume/i);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await queue.close();
});
