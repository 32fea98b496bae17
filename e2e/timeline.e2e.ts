import { readFile } from 'node:fs/promises';
import { expect, test } from './product';
import { openQueue, untilQueue } from './queues';

test('what happened stands on one axis, can be narrowed, and is taken along', async ({
  signedIn: page,
  context,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'timeline');
  await queue.add('job', {});
  const { key } = await untilQueue(product, queue);
  const mark = (text: string) =>
    product.api('/api/v1/marks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'deploy', text }),
    });
  expect((await mark(`v1 <img src=x onerror=alert(1)> ${queue.name}`)).status).toBe(201);
  for (const action of ['pause', 'resume'])
    await product.api(`/api/v1/queues/${key}/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action }),
    });

  await page.goto(`${product.url}/timeline?range=15m&q=${queue.name}`);
  const events = page.getByRole('region', { name: 'Events' });
  const rows = events.getByRole('listitem');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(2)).toContainText('v1 <img src=x onerror=alert(1)>');
  await expect(page.getByRole('figure', { name: /Backlog/ })).toBeVisible();

  // A kind is hidden by its button, and the address says so.
  await page.getByRole('region', { name: 'Marks' }).getByRole('button', { name: 'deploy 1', exact: true }).click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/hide=deploy/);

  // One queue: its own pauses. What concerns all is searched away: a busy machine adds silences of its own.
  await page.goto(`${product.url}/timeline?range=15m&queues=${queue.name}&hide=deploy&q=${queue.name}`);
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('figure', { name: /Backlog/ })).toContainText(queue.name);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  expect(csv.split('\r\n').filter((line) => line.includes(queue.name))).toHaveLength(2);
  expect(csv).toContain('resume');

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy incident' }).click();
  await expect(page.getByText('The incident is in the clipboard')).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain(`# main/bull/${queue.name}`);
  expect(text).toContain(`/queues/${key}?from=`);
  expect(text).toMatch(/pause `?/);

  // By keyboard into the queue, at that time.
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/queues/${key}\\?from=\\d+&to=\\d+`));
  await queue.close();
});
