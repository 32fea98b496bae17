import { Secret, TOTP } from 'otpauth';
import { expect, signIn, test } from './product';

test('an administrator adds a person, who signs in, sets up a second factor, and is signed out from afar', async ({
  signedIn: page,
  product,
  browser,
}) => {
  await page.goto(`${product.url}/settings`);
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('E-mail address').fill('Eve@example.com');
  await page.getByLabel('Role').selectOption('operator');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const password = (await page.locator('[data-secret]').textContent()) ?? '';
  expect(password.length).toBeGreaterThanOrEqual(20);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('list', { name: 'Accounts' })).toContainText('eve@example.com');

  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signIn(theirs, product, { email: 'eve@example.com', password });
  await theirs.goto(`${product.url}/settings`);
  await expect(theirs.getByText(/needs the role admin/i)).toBeVisible();
  await theirs.goto(`${product.url}/account`);
  await theirs.getByRole('button', { name: 'Set it up' }).click();
  const secret = (await theirs.locator('form code').textContent()) ?? '';
  const totp = new TOTP({ secret: Secret.fromBase32(secret.trim()) });
  await theirs.getByLabel('Code that it shows').fill(totp.generate());
  await theirs.getByLabel('Your password').fill(password);
  await theirs.getByRole('button', { name: 'Turn it on' }).click();
  await expect(theirs.getByText('On: signing in asks for a code')).toBeVisible();

  await page.reload();
  const row = page.getByRole('list', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: 'eve@example.com' });
  await expect(row).toContainText('second factor');
  await expect(row).toContainText('1 session');
  await page.getByRole('button', { name: 'Change eve@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Sign out everywhere…' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(row).toContainText('no session');
  await expect(theirs).toHaveURL(/sign-in/, { timeout: 15_000 });

  await theirs.getByLabel('E-mail address').fill('eve@example.com');
  await theirs.getByLabel('Password').fill(password);
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await theirs.getByLabel('Code').fill('000000');
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await expect(theirs.getByRole('alert').filter({ hasText: 'does not fit' })).toBeVisible();
  await theirs.getByLabel('Code').fill(totp.generate({ timestamp: Date.now() + 30_000 }));
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await expect(theirs.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(theirs).not.toHaveURL(/sign-in/);
  await context.close();
});

test('a token is made, shown once, used, and revoked', async ({ signedIn: page, product }) => {
  await page.goto(`${product.url}/settings?part=tokens`);
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByLabel('Name').fill('deploy-bot');
  await page.getByRole('button', { name: 'Make it' }).click();
  const token = (await page.locator('[data-secret]').textContent()) ?? '';
  await page.getByRole('button', { name: 'Done' }).click();
  const ask = () => fetch(`${product.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  await expect.poll(async () => (await ask()).status, { timeout: 5_000 }).toBe(200);
  expect(await (await ask()).json()).toMatchObject({ name: 'deploy-bot', role: 'viewer' });
  await page.reload();
  expect(await page.content()).not.toContain(token);
  await page.getByRole('button', { name: 'Revoke deploy-bot' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('No token yet')).toBeVisible();
  expect((await ask()).status).toBe(401);
});
