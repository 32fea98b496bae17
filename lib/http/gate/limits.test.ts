import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Handler } from './gate';
import { createGateServer, type GateLimits } from './server';

const QUICK: Partial<GateLimits> = { headersMs: 300, requestMs: 600, checkEveryMs: 50 };
let server: Server;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(limits: Partial<GateLimits>, handler: Handler = ok): Promise<void> {
  server = createGateServer({ handler, limits });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Reads the whole body, as the gate does, then answers. */
const ok: Handler = async (request, response) => {
  try {
    for await (const chunk of request) void chunk;
  } catch {
    return;
  }
  response.writeHead(200, { 'Content-Length': 2 }).end('ok');
};

type Raw = { socket: Socket; said: () => string; closed: Promise<void> };

function open(): Raw {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  return { socket, said: () => text, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

async function say(...parts: string[]): Promise<string> {
  const raw = open();
  for (const part of parts) raw.socket.write(part, 'latin1');
  await Promise.race([raw.closed, until(() => /\r\n\r\n/.test(raw.said()))]);
  return raw.said();
}

async function until(isSo: () => boolean, limitMs = 10_000): Promise<void> {
  for (const end = Date.now() + limitMs; !isSo(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error('did not come true');
}

const HEAD = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

describe('a client that is slow', () => {
  test('with its head is told so and cut off, byte by byte too', async () => {
    await listen(QUICK);
    const raw = open();
    const drip = setInterval(() => raw.socket.write('X-A: 1\r\n'), 40);
    raw.socket.write(HEAD);
    await raw.closed;
    clearInterval(drip);
    expect(statusOf(raw.said())).toBe(408);
  });
  test('to say anything at all is cut off', async () => {
    await listen(QUICK);
    await open().closed;
  });
  test('with its body is cut off', async () => {
    await listen(QUICK);
    const raw = open();
    raw.socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n');
    const drip = setInterval(() => raw.socket.write('x'), 40);
    await raw.closed;
    clearInterval(drip);
    expect(raw.said()).not.toContain('200 OK');
  });
  test('does not keep others waiting, however many there are of it', async () => {
    await listen({ ...QUICK, headersMs: 5_000, requestMs: 5_000 });
    const slow = Array.from({ length: 200 }, open);
    for (const { socket } of slow) socket.write(HEAD);
    const startedAt = Date.now();
    expect(statusOf(await say(`${HEAD}\r\n`))).toBe(200);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
  test('to read an answer that never ends is left alone: only what comes in is timed', async () => {
    await listen(QUICK, (_, response) => Promise.resolve(void response.writeHead(200).write('first')));
    const raw = open();
    raw.socket.write(`${HEAD}\r\n`);
    await until(() => raw.said().includes('first'));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(raw.socket.closed).toBe(false);
  });
});

describe('a client that sends much', () => {
  test('in one header, or in many, gets 431', async () => {
    await listen({});
    expect(statusOf(await say(`${HEAD}X-A: ${'a'.repeat(20_000)}\r\n\r\n`))).toBe(431);
    const many = Array.from({ length: 2_000 }, (_, index) => `X-${index}: aaaa\r\n`).join('');
    expect(statusOf(await say(`${HEAD}${many}\r\n`))).toBe(431);
    expect(statusOf(await say(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`))).toBe(431);
  });
});

describe('connections', () => {
  test('of one address are limited, of a proxy only with all others', async () => {
    await listen({ perAddress: 3 });
    const kept = [open(), open(), open()];
    await Promise.all(kept.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
    await open().closed;
    kept[0]?.socket.destroy();
    await until(() => kept[0]?.socket.closed === true);
    await expect.poll(async () => statusOf(await say(`${HEAD}\r\n`)), { timeout: 5_000 }).toBe(200);
    for (const { socket } of kept) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    server = createGateServer({
      handler: ok,
      limits: { perAddress: 3 },
      isProxy: (address) => address === '127.0.0.1',
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    for (let index = 0; index < 5; index += 1) open();
    expect(statusOf(await say(`${HEAD}\r\n`))).toBe(200);
  });
  test('of all are limited', async () => {
    await listen({ connections: 3 });
    const kept = [open(), open(), open()];
    await Promise.all(kept.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))));
    await open().closed;
  });
});

describe('what two parsers could read differently is refused', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\n';
  test.each([
    ['a length beside chunks', `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${POST}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
    ['a length with a sign', `${POST}Content-Length: +4\r\n\r\nabcd`],
    ['chunks in another spelling', `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['chunks that are not the last coding', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `${HEAD}Content-Length : 4\r\n\r\n`],
    ['a folded header', `${HEAD}X-A: 1\r\n  2\r\n\r\n`],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: localhost\n\n'],
    ['a zero byte in a header', `${HEAD}X-A: a\u0000b\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['HTTP/2 without a word', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
  ])('%s', async (_, text) => {
    await listen(QUICK);
    const answer = await say(text);
    expect([0, 400, 505]).toContain(statusOf(answer));
    expect(answer).not.toContain('200 OK');
  });
});
