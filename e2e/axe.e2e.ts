import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { expect, signIn, test, type TestProduct } from './product';
import { failJobs, openQueue } from './queues';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Violations on the page as it is now, one line each. */
async function violations(page: Page): Promise<string[]> {
  const source = await readFile(axeFile, 'utf8');
  // Evaluated by the driver, past the policy that lets no foreign script run.
  await page.evaluate(source);
  const { violations: found } = await page.evaluate(
    (tags) =>
      (window as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } }).axe.run(
        document,
        { runOnly: { type: 'tag', values: tags }, iframes: false },
      ),
    STANDARDS,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

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

for (const theme of ['light', 'dark'] as const)
  test(`axe finds nothing on any screen, ${theme}`, async ({ page, product }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.context().addCookies([{ name: 'theme', value: theme, url: product.url }]);
    await page.goto(`${product.url}/sign-in`);
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    expect.soft(await violations(page), 'sign-in').toEqual([]);
    await signIn(page, product, product.admin);
    const queue = openQueue(product, 'bull', 'axe');
    const { key } = await failJobs(product, queue, 3);
    for (const { name, open } of SCREENS) {
      await open(page, product, key);
      expect.soft(await violations(page), name).toEqual([]);
    }
    await queue.close();
  });
