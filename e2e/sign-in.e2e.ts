import Bull from 'bull';
import { addPerson, otherBrowser, usersCommand } from './people';
import { expect, signIn, test } from './product';
import { failJobs, openQueue } from './queues';

test('a wrong password says so, too many say how long to wait', async ({ page, product }) => {
  const { email } = await addPerson(product, 'viewer');
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).fill('not the password');
  const press = async () => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  };
  await press();
  await expect(page.getByText('The e-mail address or the password is wrong.')).toBeVisible();
  for (let attempt = 2; attempt <= 10; attempt += 1) await press();
  await press();
  await expect(page.getByText(/Too many attempts. Try again in \d+ (s|m)/)).toBeVisible();
});

test('a deep link comes back after signing in, another origin does not', async ({ page, product }) => {
  const { email, password } = product.admin;
  const enter = async () => {
    await page.getByLabel(/e-?mail/i).fill(email);
    await page.getByLabel(/password/i).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await page.goto(`${product.url}/?q=orders&sort=-failed`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await enter();
  await page.waitForURL(`${product.url}/?q=orders&sort=-failed`);
  await expect(page.getByLabel('Filter queues')).toHaveValue('orders');

  // The screen would go to the sign-in page by itself as soon as it notices.
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto(`${product.url}/sign-in?next=${encodeURIComponent('//elsewhere.example/')}`);
  await enter();
  await page.waitForURL(`${product.url}/`);
});

test('signing out ends the session on the server too', async ({ signedIn: page, product }) => {
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: product.admin.email }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  // Whoever kept the old cookie gets nowhere with it.
  await page.context().addCookies(cookies);
  await expect
    .poll(async () => (await page.request.get(`${product.url}/api/v1/me`)).status(), { timeout: 15_000 })
    .toBe(401);
});

test('a viewer sees the actions switched off, with the reason, and the server refuses them too', async ({
  page,
  product,
}) => {
  const queue = openQueue(product, 'bull', 'viewer');
  const { key } = await failJobs(product, queue, 1);
  await signIn(page, product, await addPerson(product, 'viewer'));
  await expect(page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Alerts' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Audit' })).toHaveCount(0);

  await page.goto(`${product.url}/queues/${key}`);
  const pause = page.getByRole('button', { name: 'Pause', exact: true });
  await expect(pause).toHaveAttribute('aria-disabled', 'true');
  await pause.hover();
  await expect(page.getByRole('tooltip')).toContainText('Your role is viewer. This needs the role operator.');
  await pause.click({ force: true });
  await page.goto(`${product.url}/queues/${key}/jobs?state=failed`);
  await page.getByRole('checkbox', { name: 'Select job 1' }).click();
  await expect(page.getByRole('toolbar').getByRole('button', { name: 'Retry' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  const refused = await page.request.post(`${product.url}/api/v1/queues/${key}/actions`, {
    data: { action: 'pause' },
    headers: { origin: product.url },
  });
  expect(refused.status()).toBe(403);
  const bull = new Bull(queue.name, { redis: product.redis });
  expect(await bull.isPaused()).toBe(false);
  await bull.close();

  await page.goto(`${product.url}/audit`);
  await expect(page.getByText('This screen is not open to you')).toBeVisible();
  await queue.close();
});

test('a person who is disabled is thrown out of an open screen', async ({ browser, product }) => {
  const person = await addPerson(product, 'operator');
  const page = await otherBrowser(browser, product, person);
  await usersCommand(product, ['disable', person.email]);
  await page.waitForURL(/\/sign-in/, { timeout: 30_000 });
  await page.context().close();
});
