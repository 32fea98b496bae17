import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
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

test('the log is narrowed in the address, exported, and verified by its chain', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'narrowed');
  await queue.add('job', {});
  const { key } = await untilQueue(product, queue);
  for (const action of ['pause', 'resume'])
    await product.api(`/api/v1/queues/${key}/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action }),
    });
  await page.goto(`${product.url}/audit?by=tokens`);
  const entries = page
    .getByRole('table', { name: /Audit log/ })
    .getByRole('row')
    .filter({ hasText: queue.name });
  await expect(entries).toHaveCount(2);
  await page.getByLabel('To what').fill(queue.name);
  await page.getByLabel('What', { exact: true }).fill('RESUME');
  await expect(entries).toHaveCount(1);
  await expect(page).toHaveURL(/action=RESUME/);
  await page.reload();
  await expect(entries).toHaveCount(1);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'As JSON lines' }).click();
  const stream = await (await download).createReadStream();
  const lines = (await new Response(stream as unknown as BodyInit).text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ action: 'resume' }]);

  await page.getByLabel('Outcome').selectOption('failed');
  await expect(page.getByText('Nothing like this is in the log')).toBeVisible();

  const verify = () =>
    promisify(execFile)('npx', ['tsx', 'workers/audit-verify.ts'], { env: { ...process.env, ...product.env } });
  expect((await verify()).stdout).toMatch(/tokens: \d+ entries.*nothing amiss/);
  await queue.close();
});
