import type { Page } from '@playwright/test';
import { violations } from './axe';
import { addPerson } from './people';
import { expect, signIn, test, type TestProduct } from './product';
import { failJobs, openQueue } from './queues';

const SCREENS: { name: string; open(page: Page, product: TestProduct, key: string): Promise<void> }[] = [
  {
    name: 'overview',
    open: async (page, { url }) => {
      await page.goto(url);
      await expect(
        page
          .getByRole('table', { name: /All queues/ })
          .getByRole('row')
          .nth(1),
      ).toBeVisible();
    },
  },
  {
    name: 'queue',
    open: async (page, { url }, key) => {
      await page.goto(`${url}/queues/${key}`);
      await expect(page.getByRole('figure').first()).toBeVisible();
    },
  },
  {
    name: 'jobs, some chosen, one open',
    open: async (page, { url }, key) => {
      await page.goto(`${url}/queues/${key}/jobs?state=failed&job=1`);
      await expect(page.getByRole('dialog', { name: 'Job 1' })).toContainText('card declined');
      await page.getByRole('checkbox', { name: 'Select job 2' }).click({ force: true });
    },
  },
  {
    name: 'a question before many jobs are removed',
    open: async (page, { url }, key) => {
      await page.goto(`${url}/queues/${key}/jobs?state=failed`);
      await page.getByRole('button', { name: /^All/ }).click();
      await page.getByRole('menuitem', { name: 'Remove all…' }).click();
      await page.getByRole('radio', { name: /Remove for good now/ }).click();
      await expect(page.getByRole('dialog', { name: 'Remove all failed jobs' })).toContainText('Type');
    },
  },
  {
    name: 'a move to dead letters',
    open: async (page, { url }, key) => {
      await page.goto(`${url}/queues/${key}/jobs?state=failed`);
      await page.getByRole('button', { name: /^All/ }).click();
      await page.getByRole('menuitem', { name: 'Dead-letter all…' }).click();
      await expect(page.getByLabel('Queue for dead letters')).toHaveValue(/-dead-letter$/);
    },
  },
  {
    name: 'a new rule',
    open: async (page, { url }) => {
      await page.goto(`${url}/alerts?tab=rules`);
      await page.getByRole('button', { name: 'New rule' }).click();
      await page.getByRole('button', { name: 'Try it on the last week' }).click();
      await expect(page.getByRole('dialog', { name: 'New rule' }).getByRole('status')).toContainText(
        'would have fired',
      );
    },
  },
  {
    name: 'a new silence',
    open: async (page, { url }) => {
      await page.goto(`${url}/alerts?tab=silences`);
      await page
        .getByRole('button', { name: /silence/i })
        .first()
        .click();
      await expect(page.getByRole('dialog', { name: 'Silence alerts' })).toBeVisible();
    },
  },
  {
    name: 'a new job',
    open: async (page, { url }, key) => {
      await page.goto(`${url}/queues/${key}`);
      await page.getByRole('button', { name: 'Add job' }).click();
      await page.getByRole('dialog').getByLabel('Attempts').fill('x');
      await page.getByRole('dialog').getByRole('button', { name: 'Add job' }).click();
      await expect(page.getByRole('dialog')).toContainText('A number');
    },
  },
  ...(
    [
      'alerts',
      'alerts?tab=history',
      'timeline?range=15m',
      'brokers',
      'workers',
      'failures',
      'operations',
      'schedulers',
      'audit',
      'audit?by=tokens',
      'settings',
      'settings?part=tokens',
      'settings?part=roles',
      'account',
      'arena',
    ] as const
  ).map((path) => ({
    name: path,
    open: async (page: Page, { url }: TestProduct) => {
      await page.goto(`${url}/${path}`);
      await expect(page.getByRole('heading').first()).toBeVisible();
    },
  })),
  {
    name: 'a new token',
    open: async (page, { url }) => {
      await page.goto(`${url}/settings?part=tokens`);
      await page.getByRole('button', { name: 'Make a token' }).click();
      await expect(page.getByRole('dialog').getByLabel('Name')).toBeVisible();
    },
  },
  {
    name: 'an address with nothing',
    open: async (page, { url }) => {
      await page.goto(`${url}/nowhere`);
      await expect(page.getByText('There is nothing at this address')).toBeVisible();
    },
  },
  {
    name: 'palette',
    open: async (page, { url }) => {
      await page.goto(url);
      await page.getByRole('button', { name: /Go to a queue or screen/ }).click();
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
];

/** In both themes, of which the root element says which one holds. */
async function expectNothingAmiss(page: Page, name: string): Promise<void> {
  const wear = (theme: string) =>
    page.evaluate((value) => void (document.documentElement.dataset['theme'] = value), theme);
  await wear('light');
  expect.soft(await violations(page), name).toEqual([]);
  await wear('dark');
  expect.soft(await violations(page, 'colours'), `${name}, dark`).toEqual([]);
}

test('axe finds nothing on any screen, light or dark', async ({ page, product }) => {
  test.setTimeout(120_000);
  await page.goto(`${product.url}/sign-in`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expectNothingAmiss(page, 'sign-in');
  await signIn(page, product, product.admin);
  const queue = openQueue(product, 'bull', 'axe');
  const { key } = await failJobs(product, queue, 3);
  for (const { name, open } of SCREENS) {
    await open(page, product, key);
    await expectNothingAmiss(page, name);
  }
  await signIn(page, product, await addPerson(product, 'viewer'));
  await page.goto(`${product.url}/account`);
  await expect(page.getByRole('button', { name: 'Raise my role' })).toBeVisible();
  await expectNothingAmiss(page, 'a role to be raised');
  await queue.close();
});
