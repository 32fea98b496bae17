import Bull from 'bull';
import { expect, signInByForm, test } from './product';

test('a queue that a program makes appears by itself to a person who signs in', async ({ page, product }) => {
  const queue = new Bull('first-look', { redis: product.redis });
  await queue.add({ hello: 'world' });
  await signInByForm(page, product, product.admin);
  await expect(page.getByRole('link', { name: /first-look/ }).first()).toBeVisible();
  await queue.close();
});

test('nothing is shown to a visitor', async ({ page, product }) => {
  await page.goto(`${product.url}/alerts`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  const response = await page.request.get(`${product.url}/api/v1/queues`);
  expect(response.status()).toBe(401);
});
