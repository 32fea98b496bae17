import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ConfirmChannel } from 'amqplib';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_PACE } from '../domain/pace';
import { REPLAY_WINDOW, type DeadGroup } from '../domain/message';
import { toQueueKey } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import type { MessageQueue } from '../sources/messages';
import { databaseUrl, emptyDatabase, sleep, until } from '../testing/looker';
import { OPERATOR } from '../testing/operator';
import { openVhost, type TestVhost } from '../testing/rabbit-server';
import { createReplayer } from '../testing/replayer';

let vhost: TestVhost;
let channel: ConfirmChannel;
let redis: Redis;
let here: ReturnType<typeof createReplayer>;

beforeAll(async () => {
  vhost = await openVhost();
  channel = await (await vhost.connect()).createConfirmChannel();
  ({ redis } = await emptyDatabase(3));
  here = createReplayer(redis, vhost);
});

afterAll(async () => {
  await here.close();
  await vhost.close();
  redis.disconnect();
});

function queueOf(name: string, rabbit = { type: 'classic', deliveryLimit: null as number | null }) {
  const id = { source: 'rabbit', namespace: vhost.name, name };
  const ref: MessageQueue = { id, kind: 'rabbitmq', version: 'rabbitmq:3.10.8', readOnlyReason: null, rabbit };
  const queue = { id, key: toQueueKey(id), kind: 'rabbitmq' } as Queue;
  return { ref, queue };
}

/** Publishes and rejects `count` messages in `origin`, whose dead letters go to `dlq`. */
async function die(origin: string, dlq: string, count: number, options: object = {}): Promise<void> {
  await channel.assertQueue(dlq, { durable: true });
  await channel.assertQueue(origin, { durable: true, deadLetterExchange: '', deadLetterRoutingKey: dlq });
  for (let n = 0; n < count; n += 1)
    channel.sendToQueue(origin, Buffer.from(JSON.stringify({ n })), {
      persistent: true,
      messageId: `${origin}-${n}`,
      ...options,
    });
  await channel.waitForConfirms();
  for (let n = 0; n < count; n += 1) {
    const message = await channel.get(origin);
    if (message) channel.nack(message, false, false);
  }
  await until(async () => (await depth(origin)) === 0);
}

const depth = async (name: string) => (await channel.checkQueue(name)).messageCount;

/** Ids of all messages of a queue, which is empty then. */
async function drain(
  name: string,
): Promise<{ ids: string[]; headers: Record<string, unknown>[]; properties: unknown[] }> {
  const found = { ids: [] as string[], headers: [] as Record<string, unknown>[], properties: [] as unknown[] };
  for (
    let message = await channel.get(name, { noAck: true });
    message;
    message = await channel.get(name, { noAck: true })
  ) {
    found.ids.push(String(message.properties.messageId));
    found.headers.push(message.properties.headers ?? {});
    found.properties.push(message.properties);
  }
  return found;
}

async function replay(name: string, group: DeadGroup | null, pace: number | null = null) {
  const { ref, queue } = queueOf(name);
  return here.all.replay(here.desk.messages, { queue, ref }, { group, pace }, OPERATOR);
}

test('peeking shows messages whole and in order, and leaves them there', async () => {
  await channel.assertQueue('looked', { durable: true });
  for (let n = 0; n < 3; n += 1)
    channel.sendToQueue('looked', Buffer.from(`{"n":${n}}`), {
      contentType: 'application/json',
      persistent: true,
      priority: 2,
      messageId: `m${n}`,
      headers: { 'x-tenant': 'acme' },
    });
  channel.sendToQueue('looked', Buffer.from([0, 255, 254]), { contentType: 'application/octet-stream' });
  await channel.waitForConfirms();
  const { ref } = queueOf('looked');
  const { messages, behind } = await here.desk.messages.peek(ref, 10);
  expect(messages.map(({ messageId }) => messageId)).toEqual(['m0', 'm1', 'm2', null]);
  expect(messages[0]).toMatchObject({
    payload: { text: '{"n":0}', encoding: 'text', bytes: 7, isCut: false },
    contentType: 'application/json',
    isPersistent: true,
    priority: 2,
    headers: { 'x-tenant': 'acme' },
    redelivered: false,
  });
  expect(messages[3]?.payload).toMatchObject({ encoding: 'base64', bytes: 3, text: 'AP/+' });
  expect(behind).toBe(0);
  await until(async () => (await depth('looked')) === 4);
  expect((await here.desk.messages.peek(ref, 1)).messages[0]).toMatchObject({ messageId: 'm0', redelivered: true });
});

test('streams and quorum queues with a delivery limit are not looked into', async () => {
  const { peek } = here.desk.messages;
  const ask = (type: string, limit: number | null) =>
    peek.call(here.desk.messages, queueOf('x', { type, deliveryLimit: limit }).ref, 1);
  await expect(ask('stream', null)).rejects.toMatchObject({ code: 'unsupported' });
  await expect(ask('quorum', 5)).rejects.toThrow('gives a message up after 5');
});

test('publishing reaches the queue alone; purging and deleting take away; a missing right is told as one', async () => {
  await channel.assertQueue('filled', { durable: true });
  const { ref } = queueOf('filled');
  const body = {
    payload: '{"a":1}',
    contentType: 'application/json',
    persistent: true,
    priority: 3,
    headers: { n: 7 },
  };
  await here.desk.messages.publish(ref, body);
  const [got] = (await here.desk.messages.peek(ref, 1)).messages;
  expect(got).toMatchObject({ payload: { text: '{"a":1}' }, isPersistent: true, priority: 3, headers: { n: 7 } });
  expect(Math.abs((got?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);

  const nothing = { configure: '^$', write: '^$', read: '^$' };
  const monitor = createReplayer(redis, await vhost.addUser('monitoring', nothing));
  try {
    for (const attempt of [
      () => monitor.desk.messages.publish(ref, body),
      () => monitor.desk.messages.peek(ref, 1),
      () => monitor.desk.messages.purge(ref),
      () => monitor.desk.messages.remove(ref),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
  } finally {
    await monitor.close();
  }
  await here.desk.messages.purge(ref);
  expect(await depth('filled')).toBe(0);
  await here.desk.messages.remove(ref);
  await expect(here.desk.messages.publish(ref, body)).rejects.toMatchObject({ code: 'not-found' });
});

test('dead letters are told apart by reason, origin and error', async () => {
  await die('orders', 'dead', 4, { headers: { 'x-error': 'Card 4711 was declined' } });
  await die('orders', 'dead', 2, { headers: { 'x-error': 'timeout of 3000 ms' } });
  await die('mails', 'dead', 3);
  channel.sendToQueue('dead', Buffer.from('by hand'));
  await channel.waitForConfirms();
  const { groups, sampled, of } = await here.desk.messages.deadLetters(queueOf('dead').ref);
  expect([sampled, of]).toEqual([10, 10]);
  expect(
    groups.map(({ count, group, errorTitle }) => [count, group.reason, group.origin, errorTitle !== null]),
  ).toEqual([
    [4, 'rejected', 'orders', true],
    [3, 'rejected', 'mails', false],
    [2, 'rejected', 'orders', true],
    [1, null, null, false],
  ]);
  expect(groups[3]?.refusal).toContain('x-death');

  here.runner.start();
  // One kind: it alone goes back, the others stay in their order.
  const { id } = await replay('dead', groups[0]?.group ?? null);
  const done = await here.reached(id, ['done', 'failed']);
  expect(done).toMatchObject({ state: 'done', counts: { of: 10, done: 4, skipped: 6 } });
  await until(async () => (await depth('dead')) === 6);
  const back = await drain('orders');
  expect(back.ids).toEqual(['orders-0', 'orders-1', 'orders-2', 'orders-3']);
  expect(back.headers[0]).toEqual({ 'x-error': 'Card 4711 was declined', 'x-tailback-replay': `${id}:1` });
  expect(back.properties[0]).toMatchObject({ deliveryMode: 2 });
  expect(here.audit.at(-1)).toMatchObject({ action: 'replay', outcome: 'done' });

  const rest = await replay('dead', null);
  const ended = await here.reached(rest.id, ['done', 'failed']);
  expect(ended).toMatchObject({ state: 'done', counts: { done: 5, skipped: 1 } });
  expect((await here.all.report(rest.id)).reasons).toEqual([
    { text: expect.stringContaining('no x-death'), count: 1, outcome: 'skipped' },
  ]);
  await until(async () => (await depth('dead')) === 1);
});

test('what would go elsewhere too or be refused is taken off, and what no queue takes stays', async () => {
  await channel.assertQueue('other', { durable: true });
  const { username } = new URL(vhost.amqpUrl);
  await die('cc-origin', 'cc-dead', 1, { CC: ['other'], userId: username, headers: { kept: 'yes' } });
  await drain('other');
  await die('lost-origin', 'cc-dead', 2);
  await channel.deleteQueue('lost-origin');
  const { id } = await replay('cc-dead', null);
  expect(await here.reached(id, ['done', 'failed'])).toMatchObject({ counts: { done: 1, skipped: 2 } });
  const back = await drain('cc-origin');
  expect(back.headers).toEqual([{ kept: 'yes', 'x-tailback-replay': `${id}:1` }]);
  expect(back.properties[0]).toMatchObject({ userId: undefined });
  expect(await depth('other')).toBe(0);
  await until(async () => (await depth('cc-dead')) === 2);
  expect((await here.all.report(id)).reasons[0]?.text).toContain('its origin is gone');
});

test('a replay keeps its pace, can be paused and stopped, and what dies again meanwhile stays', async () => {
  await die('slow', 'slow-dead', 60);
  const { id } = await replay('slow-dead', null, 20);
  await until(async () => ((await here.store.load(id))?.operation.counts.done ?? 0) >= 8);
  await here.all.wish(id, 'pause');
  await here.reached(id, ['paused']);
  const paused = (await here.store.load(id))?.operation.counts.done ?? 0;
  expect(paused).toBeLessThan(60);
  await until(async () => (await depth('slow-dead')) === 60 - paused);
  await here.all.wish(id, 'resume');
  await here.reached(id, ['running']);
  await here.all.wish(id, 'stop');
  const { counts } = await here.reached(id, ['stopped']);
  await until(async () => (await depth('slow-dead')) === 60 - counts.done);

  // A consumer that rejects them again at once: each is sent once, not for ever.
  const rejecting = await (await vhost.connect()).createChannel();
  await rejecting.consume('slow', (message) => message && rejecting.nack(message, false, false));
  await until(async () => (await depth('slow')) === 0);
  await until(async () => (await depth('slow-dead')) === 60);
  await sleep(1_100);
  const again = await replay('slow-dead', null);
  expect(await here.reached(again.id, ['done', 'failed'])).toMatchObject({
    state: 'done',
    counts: { of: 60, done: 60 },
  });
  await until(async () => (await depth('slow-dead')) === 60);
});

test('killed again and again, it loses no message and sends at most the window twice for each kill', async () => {
  const COUNT = 3_000;
  await die('crash', 'crash-dead', COUNT);
  await here.runner.close();
  const start = async (): Promise<ChildProcess> => {
    const program = fileURLToPath(new URL('../testing/replay-process.ts', import.meta.url));
    const words = ['--import', 'tsx', program, databaseUrl(3), vhost.managementUrl, vhost.amqpUrl];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    return child;
  };
  let process1 = await start();
  const { id } = await replay('crash-dead', null, Math.min(1_500, MAX_PACE));
  let kills = 0;
  try {
    for (const at of [0.15, 0.4, 0.7]) {
      await until(async () => ((await here.store.load(id))?.operation.counts.done ?? 0) >= COUNT * at, 25_000);
      process1.kill('SIGKILL');
      kills += 1;
      process1 = await start();
    }
    const ended = await here.reached(id, ['done', 'failed'], 40_000);
    expect(ended.state).toBe('done');
    expect(ended.takeovers).toBeGreaterThan(0);
  } finally {
    process1.kill('SIGKILL');
  }
  await until(async () => (await depth('crash-dead')) === 0);
  const { ids } = await drain('crash');
  expect(new Set(ids).size).toBe(COUNT);
  expect(ids.length - COUNT).toBeLessThanOrEqual(kills * REPLAY_WINDOW);
}, 120_000);
