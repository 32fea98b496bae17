import type { Page } from '@playwright/test';
import { freePort } from '../workers/setup/free-port';
import { startOidc, type TestOidc } from './oidc-provider';
import { expect, startTestProduct, test as base, type TestProduct } from './product';

const PEOPLE = {
  ana: { email: 'Ana@example.com', groups: ['staff', 'queue-ops'] },
  ben: { email: 'ben@elsewhere.com', groups: ['queue-ops'] },
  cleo: { email: 'cleo@example.com', groups: ['queue-ops-interns'] },
  dora: { email: 'dora@example.com', groups: ['queue-ops'], isVerified: false },
};

/** A product of its own, since the provider has to know its address. */
const test = base.extend<object, { withSso: { product: TestProduct; oidc: TestOidc } }>({
  withSso: [
    async ({}, use) => {
      const port = await freePort();
      const oidc = await startOidc(`http://127.0.0.1:${port}/api/auth/callback/oidc`, PEOPLE);
      const { product, stop } = await startTestProduct({
        port,
        file: {
          oidc: {
            name: 'Example login',
            issuer: oidc.issuer,
            clientId: oidc.clientId,
            allowedDomains: ['example.com'],
            groups: { 'queue-ops': 'operator' },
          },
        },
        env: { TAILBACK_OIDC_CLIENT_SECRET: oidc.clientSecret },
      });
      await use({ product, oidc });
      await stop();
      await oidc.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

async function arrive(page: Page, product: TestProduct, login: string, path = '/'): Promise<void> {
  await page.context().clearCookies();
  await page.goto(`${product.url}${path}`);
  await page.getByRole('button', { name: 'Sign in with Example login' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('somebody whom the provider vouches for comes in with the role of the group, where they wanted to go', async ({
  page,
  withSso: { product },
}) => {
  await arrive(page, product, 'ana', '/alerts');
  await page.waitForURL(`${product.url}/alerts`);
  const me = (await (await page.request.get(`${product.url}/api/v1/me`)).json()) as unknown;
  expect(me).toMatchObject({ name: 'ana@example.com', role: 'operator' });
  const people = (await (await product.api('/api/v1/people')).json()) as unknown;
  expect(people).toMatchObject({
    people: [{ email: 'admin@localhost' }, { email: 'ana@example.com', hasPassword: false, sessions: 1 }],
  });
  // The audit of single sign-on is that of every sign-in.
  const audit = (await (await product.api('/api/v1/audit?action=sign+in&actor=ana')).json()) as unknown;
  expect(audit).toMatchObject({ entries: [{ outcome: 'done', role: 'operator' }] });
  await page.goto(`${product.url}/account`);
  await expect(page.getByText('which keeps your password')).toBeVisible();

  const disabled = await product.api('/api/v1/people/ana@example.com/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'disable' }),
  });
  expect(disabled.status).toBe(200);
  await expect(page).toHaveURL(/sign-in/, { timeout: 15_000 });
  await arrive(page, product, 'ana');
  await expect(page.getByText('Your account is disabled.')).toBeVisible();
});

for (const [login, words] of [
  ['ben', 'Your e-mail domain may not sign in here.'],
  ['cleo', 'None of your groups has a role here.'],
  ['dora', 'has not verified your e-mail address'],
] as const)
  test(`${login} is turned away, and told why`, async ({ page, withSso: { product } }) => {
    await arrive(page, product, login);
    await expect(page.getByText(words)).toBeVisible();
    expect((await page.request.get(`${product.url}/api/v1/me`)).status()).toBe(401);
  });

test('an account with a password is not taken over by an address', async ({ page, withSso: { product } }) => {
  const made = await product.api('/api/v1/people', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'eva@example.com', role: 'admin' }),
  });
  expect(made.status).toBe(201);
  Object.assign(PEOPLE, { eva: { email: 'eva@example.com', groups: ['queue-ops'] } });
  await arrive(page, product, 'eva');
  await expect(page.getByText('An account of your address exists here')).toBeVisible();
});

test('a provider that does not answer leaves the password', async ({ page, withSso: { product, oidc } }) => {
  await oidc.stop();
  await page.goto(`${product.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with Example login' }).click();
  await expect(page.getByText('The identity provider does not answer.')).toBeVisible();
  await page.getByLabel(/e-?mail/i).fill(product.admin.email);
  await page.getByLabel(/password/i).fill(product.admin.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${product.url}/`);
});
