import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { quietPorts } from '../workers/setup/free-port';
import { startPrivateRabbit, RABBIT_PORTS } from '../workers/setup/private-rabbitmq';
import { startPrivateRedis } from '../workers/setup/private-redis';
import { toQueueKey } from '../lib/domain/queue-key';
import { violations } from './axe';
import { HOSTILE, HOSTILE_NAME, hasRun, watchPage } from './hostile';
import { expect, signIn, startTestProduct, test as base, type TestProduct } from './product';

const ADMIN = { user: 'tailback', password: 'for-tests' };

type Rabbit = { product: TestProduct; connection: ChannelModel; channel: ConfirmChannel };

/** A product that watches a RabbitMQ of its own, beside the Redis that is its store. */
const test = base.extend<object, { rabbit: Rabbit }>({
  rabbit: [
    async ({}, use) => {
      const ports = await quietPorts(RABBIT_PORTS);
      const [amqp = 0, management = 0] = ports;
      const redis = await startPrivateRedis();
      const at = (scheme: string, port: number) => `${scheme}://${ADMIN.user}:${ADMIN.password}@127.0.0.1:${port}`;
      const source = { name: 'mq', kind: 'rabbitmq', url: at('http', management), amqpUrl: at('amqp', amqp) };
      // Side by side: the product goes on without a broker until it serves.
      const [broker, { product, stop }] = await Promise.all([
        startPrivateRabbit({ ports, ...ADMIN }),
        startTestProduct({ redis, file: { sources: [{ name: 'main', url: redis.url }, source] } }),
      ]);
      const connection = await connect(at('amqp', amqp));
      await use({ product, connection, channel: await connection.createConfirmChannel() });
      await connection.close();
      await stop();
      await Promise.all([broker.stop(), redis.stop()]);
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test('messages are looked at and published, and dead letters go back to where they came from', async ({
  page,
  rabbit: { product, channel },
}) => {
  await channel.assertQueue('orders.dead', { durable: true });
  await channel.assertQueue('orders', {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: 'orders.dead',
  });
  for (let n = 1; n <= 5; n += 1)
    channel.sendToQueue('orders', Buffer.from(JSON.stringify({ order: n })), {
      persistent: true,
      contentType: 'application/json',
      headers: { 'x-error': n < 4 ? `Card 47${n} was declined` : 'Out of stock' },
    });
  await channel.waitForConfirms();
  for (let n = 1; n <= 5; n += 1) {
    const message = await channel.get('orders');
    if (message) channel.nack(message, false, false);
  }

  await signIn(page, product, product.admin);
  const row = page.getByRole('table', { name: /All queues/ }).getByRole('row');
  await expect(row.filter({ hasText: 'orders.dead' }).getByRole('cell').nth(3)).toHaveText('5', { timeout: 30_000 });
  await row.getByRole('link', { name: 'orders', exact: true }).click();
  await expect(page.getByRole('region', { name: 'RabbitMQ' })).toContainText('classic');
  await expect(page.getByRole('region', { name: 'RabbitMQ' }).getByRole('link', { name: 'orders.dead' })).toBeVisible();

  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog', { name: /Publish to/ });
  await dialog.getByLabel('Payload').fill('{"order": 99,}');
  await expect(dialog).toContainText('This is no JSON');
  await dialog.getByLabel('Payload').fill('{"order": 99}');
  await dialog.getByLabel(/^Headers/).fill('x-tenant: acme');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('Published')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close', exact: true }).first().click();

  await page.getByRole('link', { name: 'Messages' }).click();
  const messages = page.getByRole('region', { name: 'Messages', exact: true });
  await expect(messages).toContainText('consumers see them marked as redelivered');
  await messages.getByRole('button', { name: 'Look at the first' }).click();
  // The only message is opened at once.
  await expect(messages).toContainText('acme');
  await expect(messages).toContainText('persistent');
  expect((await channel.checkQueue('orders')).messageCount).toBe(1);

  const key = toQueueKey({ source: 'mq', namespace: '/', name: 'orders.dead' });
  await page.goto(`${product.url}/queues/${key}/jobs`);
  const dead = page.getByRole('region', { name: 'Dead letters' });
  await dead.getByRole('button', { name: 'Why are they here?' }).click();
  const declined = dead.getByRole('row').filter({ hasText: 'was declined' });
  await expect(declined).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await expect(declined).toContainText('rejected by a consumer');
  await expect(declined.getByRole('cell').first()).toHaveText('3');
  await declined.getByRole('button', { name: 'Replay…' }).click();
  const replay = page.getByRole('dialog', { name: /^Replay/ });
  await expect(replay).toContainText('Each goes back to orders');
  await replay.getByRole('button', { name: 'Replay 3 messages' }).click();
  await expect(page.getByRole('dialog', { name: 'Operation' })).toContainText('3 replayed');
  expect((await channel.checkQueue('orders')).messageCount).toBe(4);
  await expect.poll(async () => (await channel.checkQueue('orders.dead')).messageCount).toBe(2);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Purge…' }).click();
  const purge = page.getByRole('dialog', { name: /^Purge/ });
  await purge.getByLabel(/cannot be undone/).fill('orders.dead');
  await purge.getByRole('button', { name: 'Purge' }).click();
  await expect.poll(async () => (await channel.checkQueue('orders.dead')).messageCount).toBe(0);
  // Each is written down when it has been done.
  for (const action of ['publish', 'peek', 'replay', 'purge'])
    await expect.poll(async () => (await product.api('/api/v1/audit')).text()).toContain(`"${action}`);
});

test('no text of a message, its headers, its queue or its consumers runs', async ({
  page,
  rabbit: { product, connection, channel },
}) => {
  const [name, dead] = [`${HOSTILE_NAME} q`, `${HOSTILE_NAME} dlq`];
  const client = await connection.createChannel();
  await channel.assertExchange(`${HOSTILE_NAME} x`, 'fanout');
  await channel.assertQueue(dead, { durable: true });
  await channel.assertQueue(name, { durable: true, deadLetterExchange: '', deadLetterRoutingKey: dead });
  await channel.bindQueue(name, `${HOSTILE_NAME} x`, HOSTILE_NAME);
  const told = HOSTILE.slice(0, 250);
  for (let n = 0; n < 2; n += 1)
    channel.publish(`${HOSTILE_NAME} x`, HOSTILE_NAME, Buffer.from(JSON.stringify({ [HOSTILE]: HOSTILE })), {
      ...{ contentType: told, contentEncoding: told, messageId: told, correlationId: told, type: told, appId: told },
      headers: { [HOSTILE_NAME]: HOSTILE, 'x-error': HOSTILE },
    });
  await channel.waitForConfirms();
  const first = await client.get(name);
  if (first) client.nack(first, false, false);
  await client.consume(name, () => undefined, { consumerTag: HOSTILE_NAME });

  await signIn(page, product, product.admin);
  const watch = await watchPage(page, product);
  await page.goto(`${product.url}/?q=${encodeURIComponent('dlq')}`);
  await expect(page.getByRole('link', { name: /onerror/ }).first()).toBeVisible({ timeout: 30_000 });
  for (const queue of [name, dead]) {
    const key = toQueueKey({ source: 'mq', namespace: '/', name: queue });
    await page.goto(`${product.url}/queues/${key}`);
    await expect(page.getByRole('region', { name: 'RabbitMQ' })).toContainText('onerror');
    await page.goto(`${product.url}/queues/${key}/jobs`);
  }
  await page.getByRole('button', { name: 'Why are they here?' }).click();
  await expect(page.getByRole('region', { name: 'Dead letters' }).getByRole('row').nth(1)).toContainText('onerror');
  await page.getByRole('button', { name: 'Look at the first' }).click();
  await expect(page.getByRole('region', { name: 'Messages', exact: true })).toContainText('How it came here');
  await page.goto(`${product.url}/workers`);
  await expect(page.locator('body')).toContainText('onerror');
  expect(await hasRun(page)).toBe(false);
  expect(watch.findings).toEqual([]);
  await client.close();
});
