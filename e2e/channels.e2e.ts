import { expect, test } from './product';

test('a channel is tried out with a button, and says what the receiver answered', async ({
  signedIn: page,
  product,
}) => {
  await page.goto(`${product.url}/alerts?tab=channels`);
  const channels = page.getByRole('region', { name: 'Channels' });
  const channel = channels.getByRole('listitem').first();
  await expect(channel).toContainText('webhook');
  await channel.getByRole('button', { name: 'Test' }).click();
  await expect(channel.getByRole('status')).toHaveText(/Taken in .*: answered 204/);
  const tests = product.webhooks.filter(({ body }) => (body as { event?: string }).event === 'alert.test');
  expect(tests).toHaveLength(1);
  expect((tests[0]?.body as { sentence: string }).sentence).toContain('Nothing is wrong.');
  const audit = (await (await product.api('/api/v1/audit?action=test')).json()) as { entries: { action: string }[] };
  expect(audit.entries[0]?.action).toBe('test channel');
});
