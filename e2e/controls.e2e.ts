import { expect, test } from './product';
import { openQueue, untilQueue } from './queues';

test('several queues are paused and resumed at once', async ({ signedIn: page, product }) => {
  const queues = [openQueue(product, 'bull', 'several-a'), openQueue(product, 'bullmq', 'several-b')];
  for (const queue of queues) {
    await queue.add('job', {});
    await untilQueue(product, queue);
  }
  await page.goto(`${product.url}/?q=several-`);
  for (const { name } of queues) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
  const bar = page.getByRole('toolbar', { name: 'Queues that are chosen' });
  await expect(bar).toContainText('2 queues chosen');
  await bar.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('2 queues paused')).toBeVisible();
  for (const queue of queues) await untilQueue(product, queue, ({ isPaused }) => isPaused === true);
  await bar.getByRole('button', { name: 'Resume' }).click();
  for (const queue of queues) await untilQueue(product, queue, ({ isPaused }) => isPaused === false);
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  for (const queue of queues) await queue.close();
});

test('old jobs are cleaned: counted first, by the typed name, and no younger one goes', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'clean');
  const old = Date.now() - 3 * 3_600_000;
  await queue.addMany(
    Array.from({ length: 40 }, (_, n) => ({ name: 'old', data: { n }, options: { timestamp: old } })),
  );
  await queue.addMany(Array.from({ length: 7 }, (_, n) => ({ name: 'new', data: { n } })));
  const { key } = await untilQueue(product, queue, ({ counts }) => counts.waiting === 47);
  await page.goto(`${product.url}/queues/${key}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Clean by age' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Jobs that are').selectOption('waiting');
  await dialog.getByLabel('older than').fill('2');
  const go = dialog.getByRole('button', { name: /^Remove up to 47 jobs/ });
  await expect(go).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(/cannot be undone/).fill(queue.name);
  await go.click();
  // The dialog hands over: what goes on has a drawer of its own, and an address.
  const drawer = page.getByRole('dialog', { name: 'Operation' });
  await expect(drawer).toContainText('40 removed');
  await expect(drawer).toContainText('done');
  await expect(page).toHaveURL(/op=/);
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 7);
  await queue.close();
});

test('several queues are drained at once, an operation each', async ({ signedIn: page, product }) => {
  const queues = [openQueue(product, 'bull', 'drained-a'), openQueue(product, 'bullmq', 'drained-b')];
  for (const queue of queues) {
    await queue.addMany(Array.from({ length: 30 }, (_, n) => ({ name: 'job', data: { n } })));
    await untilQueue(product, queue, ({ counts }) => counts.waiting === 30);
  }
  await page.goto(`${product.url}/?q=drained-`);
  for (const { name } of queues) await page.getByRole('checkbox', { name: `Select ${name}` }).click();
  await page.getByRole('toolbar', { name: 'Queues that are chosen' }).getByRole('button', { name: 'Drain' }).click();
  const dialog = page.getByRole('dialog', { name: /^Drain 2 queues/ });
  await dialog.getByLabel(/cannot be undone/).fill('2');
  await dialog.getByRole('button', { name: /^Remove 60 jobs/ }).click();
  await expect(page).toHaveURL(/\/operations/);
  for (const { name } of queues) {
    const line = page.getByRole('listitem').filter({ hasText: name });
    await expect(line).toContainText('30 removed');
  }
  for (const queue of queues) {
    await untilQueue(product, queue, ({ counts }) => counts.waiting === 0);
    await queue.close();
  }
});

test('a scheduler is added with its next runs in sight, run now, edited and removed', async ({
  signedIn: page,
  product,
}) => {
  const queue = openQueue(product, 'bullmq', 'by-clock');
  await queue.add('seed', {});
  const { key } = await untilQueue(product, queue);
  await page.goto(`${product.url}/schedulers?queue=${key}`);
  await expect(page.getByText('Nothing runs by the clock here')).toBeVisible();
  await page.getByRole('button', { name: 'Add scheduler' }).click();
  const dialog = page.getByRole('dialog', { name: /Add a scheduler/ });
  await dialog.getByLabel('Id').fill('nightly');
  await dialog.getByLabel('Pattern').fill('30 25 * * *');
  const preview = dialog.getByRole('region', { name: 'What it will do' });
  await expect(preview).toContainText('“25” is no hour');
  await dialog.getByLabel('Pattern').fill('30 2 * * *');
  await dialog.getByLabel('Time zone').fill('Europe/Berlin');
  await expect(preview).toContainText('At 02:30');
  await expect(preview.getByRole('listitem')).toHaveCount(5);
  await dialog.getByLabel('Data of its jobs').fill('{"report":1}');
  await dialog.getByRole('button', { name: 'Add scheduler' }).click();
  await page.getByRole('button', { name: 'nightly' }).click();
  const drawer = page.getByRole('dialog', { name: 'Scheduler nightly' });
  await expect(drawer).toContainText('At 02:30');
  await expect(page).toHaveURL(/open=/);
  await drawer.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByText('One job was added')).toBeVisible();
  await untilQueue(product, queue, ({ counts }) => counts.waiting === 2 && counts.delayed === 1);
  await drawer.getByRole('button', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog', { name: /^Edit/ });
  await edit.getByLabel('Pattern').fill('0 4 * * 1');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(drawer).toContainText('At 04:00, only on Monday');
  await drawer.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove scheduler' }).click();
  await expect(page.getByText('Nothing runs by the clock here')).toBeVisible();
  await untilQueue(product, queue, ({ counts }) => counts.delayed === 0);
  await queue.close();
});
