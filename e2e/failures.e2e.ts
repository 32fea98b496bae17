import { failureListSchema } from '../lib/domain/failure';
import { expect, test } from './product';
import { failJobs, openQueue } from './queues';

test('a kind of failure is found, noted, muted and led to a job of it', async ({ signedIn: page, product }) => {
  const queue = openQueue(product, 'bullmq', 'mails');
  await failJobs(product, queue, 4, 'mailbox 17 of "bob" is full <img src=x onerror="document.title=1">');
  const group = async () => {
    const list = failureListSchema.parse(await (await product.api('/api/v1/failures')).json());
    return list.groups.find(({ title, retained }) => title.startsWith('mailbox # of') && retained !== null);
  };
  await expect
    .poll(group, { timeout: 20_000, intervals: [500] })
    .toMatchObject({ failed: 4, retained: 4, state: 'new' });

  await page.getByRole('navigation').getByRole('link', { name: 'Failures' }).first().click();
  const row = page.getByRole('table', { name: 'Failures by kind' }).getByRole('row').filter({ hasText: 'mailbox #' });
  await expect(row).toContainText('new');
  await expect(row).toContainText(queue.name);
  await row.getByRole('link', { name: /mailbox #/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('mailbox # of');
  await expect(page).not.toHaveTitle('1');

  await page.getByRole('button', { name: 'Add a note' }).click();
  await page.getByLabel('Note, for everybody').fill('Eve asks the provider');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'Note' })).toContainText('Eve asks the provider');
  await page.getByRole('button', { name: 'Mute' }).click();
  await page.getByRole('menuitem', { name: '1 day' }).click();
  await expect(page.getByRole('button', { name: 'Unmute' })).toBeVisible();

  await page
    .getByRole('region', { name: 'Sample jobs' })
    .getByRole('listitem')
    .first()
    .getByRole('link')
    .first()
    .click();
  await expect(page).toHaveURL(/q=group%3A[0-9a-f]{12}/);
  await expect(page.getByRole('dialog', { name: /^Job / })).toContainText('mailbox 17');

  await page.goto(`${product.url}/failures`);
  await expect(page.getByRole('heading', { name: 'Failures' })).toBeVisible();
  await expect(row).toHaveCount(0);
  await page.getByLabel('State').selectOption('muted');
  await expect(row).toContainText('Eve asks the provider');
  await expect(page).toHaveURL(/state=muted/);

  const audit = (await (await product.api('/api/v1/audit?by=people')).json()) as { entries: { action: string }[] };
  expect(audit.entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['failure: mute', 'failure: note']));
  await queue.close();
});
