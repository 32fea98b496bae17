import type { Channel, ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../workers/setup/free-port';
import { RabbitLooker, rabbitSource } from '../../testing/rabbit-looker';
import { openVhost, type TestVhost } from '../../testing/rabbit-server';

let vhost: TestVhost;
let channel: ConfirmChannel;
const open: RabbitLooker[] = [];

beforeAll(async () => {
  vhost = await openVhost();
  channel = await (await vhost.connect()).createConfirmChannel();
});

afterAll(async () => {
  await Promise.all(open.map(({ watch }) => watch.close()));
  await vhost.close();
});

function looker(more: Partial<ReturnType<typeof rabbitSource>> = {}): RabbitLooker {
  const made = RabbitLooker.open(rabbitSource(vhost, more), vhost.name);
  open.push(made);
  return made;
}

async function fill(queue: string, count: number, options = {}): Promise<void> {
  for (let n = 0; n < count; n += 1) channel.sendToQueue(queue, Buffer.from(JSON.stringify({ n })), options);
  await channel.waitForConfirms();
}

async function consume(queue: string, prefetch: number, tag: string): Promise<Channel> {
  const own = await (await vhost.connect()).createChannel();
  await own.prefetch(prefetch);
  await own.consume(queue, () => undefined, { consumerTag: tag });
  return own;
}

/** Waits until the broker's statistics have so many messages published. */
async function counted(queue: string, publish: number): Promise<void> {
  type Told = { message_stats?: { publish?: number } };
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await vhost.api<Told>('GET', vhost.queuePath(queue))).message_stats?.publish === publish) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the broker does not count ${publish} messages of ${queue}`);
}

test('ready, unacknowledged, consumers, prefetch and head age of all three types of queue', async () => {
  await channel.assertQueue('classic', { durable: true });
  await channel.assertQueue('quorum', {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 5 },
  });
  await channel.assertQueue('stream', { durable: true, arguments: { 'x-queue-type': 'stream' } });
  const minuteAgo = Math.floor(Date.now() / 1_000) - 60;
  for (const queue of ['classic', 'quorum', 'stream'])
    await fill(queue, 10, { persistent: true, timestamp: minuteAgo });
  await consume('classic', 3, 'worker-a');
  await consume('quorum', 4, 'worker-b');

  const look = looker();
  await look.until(
    ({ readings }) =>
      readings.get('classic')?.counts.active === 3 &&
      readings.get('quorum')?.counts.active === 4 &&
      readings.get('stream')?.rabbit?.messages === 10 &&
      readings.get('classic')?.oldestWaitingMs != null,
  );
  const classic = look.readings.get('classic');
  expect(classic).toMatchObject({
    kind: 'rabbitmq',
    counts: { waiting: 7, active: 3, failed: null, completed: null, delayed: null },
    isPaused: null,
    workers: 1,
    rabbit: { type: 'classic', durable: true, deliveryLimit: null, unknownBecause: null, blocked: null },
  });
  expect(classic?.oldestWaitingMs).toBeGreaterThan(55_000);
  expect(classic?.oldestWaitingMs).toBeLessThan(180_000);
  expect(look.readings.get('quorum')).toMatchObject({
    counts: { waiting: 6, active: 4 },
    rabbit: { type: 'quorum', deliveryLimit: 5 },
  });
  // A stream keeps what was read, so its length is no backlog.
  expect(look.readings.get('stream')).toMatchObject({
    counts: { waiting: null },
    rabbit: { type: 'stream', messages: 10 },
  });

  const again = looker();
  await again.until(({ readings }) => readings.get('classic')?.rabbit?.prefetch === 3);
  expect(again.readings.get('quorum')?.rabbit?.prefetch).toBe(4);
  const worker = again.workers?.workers?.find(({ consumer }) => consumer?.tag === 'worker-a');
  expect(worker).toMatchObject({
    queue: { name: 'classic' },
    host: '127.0.0.1',
    idleMs: null,
    client: expect.stringContaining('amqplib'),
    consumer: { prefetch: 3, needsAck: true, isActive: true },
  });
  expect(again.last?.facts).toMatchObject({
    rabbit: { user: { tags: ['administrator'] }, amqp: { error: null }, nodes: [{ isRunning: true }] },
  });
  expect(again.last?.facts.usedMemoryBytes).toBeGreaterThan(1_000_000);
});

test('what came in, was delivered, acknowledged and redelivered is counted exactly, also over a restart of the collector', async () => {
  await channel.assertQueue('counted', { durable: true });
  await fill('counted', 5);
  await counted('counted', 5);
  const look = looker();
  await look.until(({ readings }) => readings.has('counted'));
  const { counted: before = {} } = look.sums;
  await fill('counted', 20);
  const own = await (await vhost.connect()).createChannel();
  for (let n = 0; n < 8; n += 1) {
    const message = await own.get('counted');
    if (message) own.ack(message);
  }
  for (let n = 0; n < 3; n += 1) {
    const message = await own.get('counted');
    if (message) own.nack(message, false, true);
  }
  await look.until(
    ({ sums }) =>
      sums['counted']?.['arrived'] === (before['arrived'] ?? 0) + 20 &&
      sums['counted']?.['completed'] === 8 &&
      (sums['counted']?.['stalled'] ?? 0) >= 2,
  );
  expect(look.gaps).toEqual([]);
  const delivered = look.sums['counted']?.['started'] ?? 0;
  expect(delivered).toBe(11);

  const cursors = look.watch.cursors();
  await fill('counted', 7);
  const next = looker();
  next.watch.resumeFrom(cursors);
  await next.until(({ sums }) => sums['counted']?.['arrived'] === 7);
  expect(next.sums['counted']).toEqual({ arrived: 7 });
});

test('a queue that is made while we look is counted from its first message, one that goes is told once', async () => {
  const look = looker();
  await look.look();
  await channel.assertQueue('late', { durable: true });
  await fill('late', 4);
  await look.until(({ sums }) => sums['late']?.['arrived'] === 4);
  await channel.deleteQueue('late');
  await look.until(({ removed }) => removed.includes('late'));
  await look.look();
  expect(look.removed).toEqual(['late']);
});

test('whose dead letters come to a queue is known, by the default exchange and by one of their own', async () => {
  await channel.assertExchange('dead', 'direct');
  await channel.assertQueue('dlq', { durable: true });
  await channel.assertQueue('other-dlq', { durable: true });
  await channel.bindQueue('dlq', 'dead', 'orders');
  await channel.bindQueue('other-dlq', 'dead', 'mails');
  await channel.assertQueue('orders', { durable: true, deadLetterExchange: 'dead', deadLetterRoutingKey: 'orders' });
  await channel.assertQueue('plain', { durable: true, deadLetterExchange: '', deadLetterRoutingKey: 'dlq' });
  const look = looker();
  await look.until(({ readings }) => (readings.get('dlq')?.rabbit?.deadLettersOf.length ?? 0) === 2);
  expect([...(look.readings.get('dlq')?.rabbit?.deadLettersOf ?? [])].sort()).toEqual(['orders', 'plain']);
  expect(look.readings.get('other-dlq')?.rabbit?.deadLettersOf).toEqual([]);
  expect(look.readings.get('plain')?.rabbit?.deadLetter).toEqual({ exchange: '', routingKey: 'dlq' });

  // A queue that was just made has no counts for a moment.
  await look.until(({ readings }) => readings.get('dlq')?.counts.waiting === 0);
  // The broker does not count as published what it dead-letters: it arrives all the same.
  await fill('plain', 3);
  for (let n = 0; n < 3; n += 1) {
    const message = await channel.get('plain');
    if (message) channel.nack(message, false, false);
  }
  await look.until(({ sums }) => sums['dlq']?.['arrived'] === 3);
});

test('the tag monitoring and empty permissions suffice to watch; without the tag, what is not seen is said', async () => {
  await channel.assertQueue('watched', { durable: true });
  const nothing = { configure: '^$', write: '^$', read: '^$' };
  const monitor = RabbitLooker.open(rabbitSource(await vhost.addUser('monitoring', nothing)), vhost.name);
  const manager = RabbitLooker.open(rabbitSource(await vhost.addUser('management', nothing)), vhost.name);
  open.push(monitor, manager);
  await monitor.until(({ readings }) => readings.has('watched'));
  expect(monitor.last?.facts.rabbit?.limits).toEqual([]);
  expect(monitor.last?.facts.rabbit?.nodes[0]?.isRunning).toBe(true);
  const said = await manager
    .until(({ readings }) => readings.has('watched'))
    .then(() => manager.last?.facts.rabbit?.limits.join(' ') ?? '', String);
  expect(said).toContain('monitoring');
});

test('down, wrong credentials, no management API behind the address, and half up are told apart in words', async () => {
  const wordsOf = async (config: ReturnType<typeof rabbitSource>) => {
    const one = RabbitLooker.open(config, vhost.name);
    open.push(one);
    return one.look().then(
      () => 'up',
      (error: unknown) => String(error),
    );
  };
  const port = await freePort();
  const nobody = `http://a:b@127.0.0.1:${port}`;
  expect(await wordsOf(rabbitSource({ managementUrl: nobody }))).toContain(
    `nobody listens at http://127.0.0.1:${port}`,
  );
  expect(await wordsOf(rabbitSource({ managementUrl: nobody, amqpUrl: vhost.amqpUrl }))).toContain(
    'AMQP answers: the broker runs',
  );
  const wrong = vhost.managementUrl.replace(/\/\/.*@/, '//nobody:wrong@');
  expect(await wordsOf(rabbitSource({ managementUrl: wrong }))).toContain('refuses the user name or password');
  const amqp = new URL(vhost.amqpUrl).host;
  expect(await wordsOf(rabbitSource({ managementUrl: `http://a:b@${amqp}` }))).toMatch(/cannot be re(ached|ad)/);
});
