import { createHmac } from 'node:crypto';
import type dns from 'node:dns';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { aNotification } from '../testing/a-notification';
import type { PostOptions } from './post';
import { isRefusedAddress } from './refused-address';
import { openWebhook } from './webhook';

const message = aNotification({ sentence: 'main/bull/<b>ü: 2 jobs in the backlog, above 1.' });
const ALLOW = ['127.0.0.0/8'];
const open = (url: string, options: PostOptions = {}) => openWebhook({ kind: 'webhook', url, allow: ALLOW }, options);

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answerWith((response) => response.writeHead(204).end());
});
afterAll(() => receiver.down());

/** A resolver that knows one name. */
const resolvesTo = (...addresses: string[]): typeof dns.lookup =>
  ((_name: string, _options: unknown, callback: (error: null, addresses: dns.LookupAddress[]) => void) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof dns.lookup;

test('a message is posted as JSON with its id as Idempotency-Key', async () => {
  await open(receiver.url).send(message);
  expect(receiver.received).toMatchObject([
    {
      key: 'abc.fired',
      body: { event: 'alert.fired', ...message },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    },
  ]);
});

test('a name is resolved, checked, and called', async () => {
  const url = `http://receiver.test:${receiver.port}/hook`;
  await open(url, { resolve: resolvesTo('127.0.0.1') }).send(message);
  expect(receiver.received).toHaveLength(1);
});

test('credentials of the address are sent as such, and shown nowhere', async () => {
  const webhook = open(`http://me:s3cret@127.0.0.1:${receiver.port}/hook/T0/B0?token=t0ken`);
  expect(webhook.target).toBe(`http://127.0.0.1:${receiver.port}/hook/…`);
  expect(webhook.key).not.toMatch(/s3cret|t0ken/);
  await webhook.send(message);
  expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${btoa('me:s3cret')}`);
});

test.each([
  { status: 500, isRejected: false, error: 'answered 500: no' },
  { status: 429, isRejected: false, error: 'answered 429: no' },
  { status: 404, isRejected: false, error: 'answered 404: no' },
  { status: 422, isRejected: true, error: 'answered 422: no' },
])('$error is a failure', async ({ status, isRejected, error }) => {
  receiver.answerWith((response) => response.writeHead(status).end('no'));
  await expect(open(receiver.url).send(message)).rejects.toMatchObject({
    name: 'DeliveryError',
    message: error,
    isRejected,
  });
});

test('a redirect is a failure, and is not followed', async () => {
  receiver.answerWith((response) => response.writeHead(307, { location: receiver.url }).end());
  await expect(open(receiver.url).send(message)).rejects.toThrow('answered 307 (redirects are not followed)');
  expect(receiver.received).toHaveLength(1);
});

test('a receiver that takes the message and never answers is left after the time limit', async () => {
  receiver.answerWith(() => {});
  await expect(open(receiver.url, { timeoutMs: 200 }).send(message)).rejects.toThrow('no answer within 0.2 s');
});

test('a resolver that never answers is left after the time limit', async () => {
  const resolve = (() => {}) as unknown as typeof dns.lookup;
  await expect(open('http://slow.test/', { timeoutMs: 200, resolve }).send(message)).rejects.toThrow(
    'no answer within 0.2 s',
  );
});

test('an endless answer is not read', async () => {
  let isClosed = false;
  receiver.answerWith((response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
    response.on('close', () => {
      clearInterval(timer);
      isClosed = true;
    });
  });
  await open(receiver.url).send(message);
  await expect.poll(() => isClosed).toBe(true);
});

test('a refused connection says so', async () => {
  const idle = await startWebhookReceiver();
  await idle.down();
  await expect(open(idle.url).send(message)).rejects.toThrow(/ECONNREFUSED/);
  await expect(
    open(`http://two.test:${idle.port}/`, { resolve: resolvesTo('127.0.0.1', '127.0.0.2') }).send(message),
  ).rejects.toThrow(/ECONNREFUSED/);
});

test.each([
  'http://169.254.169.254/',
  'http://2852039166/',
  'http://0xa9.254.43518/',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'https://[fd00:ec2::254]/',
])('the metadata address %s is refused', async (url) => {
  await expect(open(url, { timeoutMs: 500 }).send(message)).rejects.toThrow('loopback, link-local or metadata');
});

test.each([
  { because: 'a name of a metadata address', addresses: ['169.254.169.254'] },
  { because: 'a name with a harmless address in front', addresses: ['127.0.0.1', 'fe80::1'] },
])('$because is refused after resolution', async ({ addresses }) => {
  const url = `http://metadata.test:${receiver.port}/`;
  await expect(open(url, { resolve: resolvesTo(...addresses), timeoutMs: 500 }).send(message)).rejects.toThrow(
    'loopback, link-local or metadata',
  );
  expect(receiver.received).toHaveLength(0);
});

test.each([
  ['10.0.0.1', false],
  ['127.0.0.1', true],
  ['0.0.0.0', true],
  ['::', true],
  ['::1', true],
  ['::ffff:7f00:1', true],
  ['::127.0.0.1', true],
  ['64:ff9b::a9fe:a9fe', true],
  ['64:ff9b::808:808', false],
  ['168.63.129.16', true],
  ['169.253.255.255', false],
  ['169.254.0.1', true],
  ['fe80::1%eth0', true],
  ['febf::1', true],
  ['fec0::1', false],
  ['example.com', false],
])('%s refused: %j', (address, expected) => expect(isRefusedAddress(address)).toBe(expected));

test('a signature proves text, time and secret', async () => {
  const secret = 'a secret of some length';
  await openWebhook({ kind: 'webhook', url: receiver.url, allow: ALLOW, secret }).send(message);
  const { raw, headers } = receiver.received[0]!;
  const [, seconds = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['tailback-signature'])) ?? [];
  expect(createHmac('sha256', secret).update(`${seconds}.${raw}`).digest('hex')).toBe(given);
  expect(createHmac('sha256', secret).update(`${seconds}.${raw} `).digest('hex')).not.toBe(given);
  expect(Math.abs(Date.now() / 1_000 - Number(seconds))).toBeLessThan(60);
});

test('without a secret nothing is signed', async () => {
  await open(receiver.url).send(message);
  expect(receiver.received[0]?.headers).not.toHaveProperty('tailback-signature');
});

test('what a receiver asks for is heard', async () => {
  receiver.answerWith((response) => response.writeHead(429, { 'retry-after': '17' }).end());
  await expect(open(receiver.url).send(message)).rejects.toMatchObject({ isRejected: false, retryAfterMs: 17_000 });
});

test('a connection that is cut in the middle is a failure', async () => {
  receiver.answerWith((response) => response.destroy());
  await expect(open(receiver.url).send(message)).rejects.toMatchObject({ name: 'DeliveryError', isRejected: false });
});

test('a receiver that moves its name to another address between two looks is not followed', async () => {
  const answers = [['127.0.0.1'], ['169.254.169.254']];
  const asked: string[] = [];
  const resolve = ((name: string, options: unknown, callback: never) => {
    asked.push(name);
    (resolvesTo(...(answers.shift() ?? [])) as (...words: unknown[]) => void)(name, options, callback);
  }) as unknown as typeof dns.lookup;
  const channel = open(`http://moving.test:${receiver.port}/`, { resolve, timeoutMs: 500 });
  await channel.send(message);
  // One question a message: the answer that was checked is the one that is called.
  expect(asked).toHaveLength(1);
  await expect(channel.send(message)).rejects.toThrow('loopback, link-local or metadata');
});
