import type { AddressInfo } from 'node:net';
import http, { type IncomingHttpHeaders } from 'node:http';
import Bull from 'bull';
import { Queue as BullMqQueue } from 'bullmq';
import { Queue as BullMq5Queue } from 'bullmq5';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../config/log';
import type { AuditEntry } from '../domain/audit';
import type { Actor } from '../domain/permissions';
import { toQueueKey } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import { createGate } from '../http/gate/gate';
import { createGateServer } from '../http/gate/server';
import { createArena, type Arena } from './arena';
import { makeCapability } from './capability';

const SECRET = 'a secret of more than thirty-two characters';
const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const connection = { host: new URL(url).hostname, port: Number(new URL(url).port) };
const HOSTILE = '<script>document.title="ran"</script>';
const prefix = `arena-${process.pid}`;
const operator: Actor = { kind: 'person', name: 'op@x', role: 'operator', address: '', session: { id: 's', epoch: 1 } };

let redis: Redis;
let arena: Arena;
let server: http.Server;
let queues: Queue[] = [];
let audited: Omit<AuditEntry, 'id'>[] = [];
let isLive = true;

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

function ask(target: string, method = 'GET', headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: target,
        method,
        headers: {
          accept: 'text/html',
          ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {}),
          ...headers,
        },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const at = (path: string, actor: Actor = operator, madeAt = Date.now()) =>
  `/arena/c/${makeCapability(actor, SECRET, madeAt)}${path}`;

function known(name: string, kind: Queue['kind'], version: string, readOnlyReason: string | null = null): Queue {
  const id = { source: 'main', namespace: prefix, name };
  return { id, key: toQueueKey(id), kind, version, readOnlyReason } as Queue;
}

const host = encodeURIComponent(`main (${prefix})`);

beforeAll(async () => {
  redis = new Redis(url);
  const log = createLog('silent', 'test');
  arena = createArena({
    config: {
      sources: [{ name: 'main', kind: 'redis', url, prefixes: [], readOnly: false }],
      roles: [
        { name: 'partly', grants: [{ queues: ['old'], actions: ['*'] }], redact: [] },
        { name: 'redacted', grants: [{ queues: ['*'], actions: ['*'] }], redact: ['data.card'] },
        { name: 'retries', grants: [{ queues: ['*'], actions: ['view', 'retry'] }], redact: [] },
      ],
    },
    log,
    secret: SECRET,
    runtime: { queues: () => queues, audit: (entry) => Promise.resolve(void audited.push(entry)) },
    isSessionLive: () => isLive,
  });
  const gate = createGate({
    config: { allowedCidrs: ['127.0.0.0/8'], trustedProxies: [], allowedHosts: [], publicUrl: 'http://127.0.0.1' },
    log,
    isDev: false,
    openFiles: new Set(),
    identify: () => Promise.resolve(null),
    sessionCookieName: () => 'none',
    arena,
    next: (_request, response) => Promise.resolve(void response.writeHead(404).end()),
  });
  server = createGateServer({ handler: gate });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bull = new Bull('old', { prefix, redis: connection });
  await bull.add(HOSTILE, { html: '</script>' + HOSTILE, name: HOSTILE }, { jobId: '1' });
  const mq = new BullMqQueue('new', { prefix, connection });
  await mq.add(HOSTILE, { [HOSTILE]: HOSTILE }, { jobId: 'j-1' });
  const mq5 = new BullMq5Queue('five', { prefix, connection });
  await mq5.add('five', { a: 1 });
  await Promise.all([bull.close(), mq.close(), mq5.close()]);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await arena.close();
  const keys = await redis.keys(`${prefix}:*`);
  if (keys.length > 0) await redis.del(keys);
  await redis.quit();
});
beforeEach(() => {
  audited = [];
  isLive = true;
});

describe('Arena', () => {
  test('says that there are no queues yet, then shows a queue as soon as it is found', async () => {
    queues = [];
    expect((await ask(at('/'))).text).toContain('No queues yet');
    queues = [known('old', 'bull', 'bull')];
    expect((await ask(at('/'))).text).toContain('old');
    queues = [
      known('old', 'bull', 'bull'),
      known('new', 'bullmq', 'bullmq:6.7.0'),
      known('five', 'bullmq', 'bullmq:5.81.5'),
      known('locked', 'bullmq', 'bullmq:4.0.0', 'Written by BullMQ 4.'),
    ];
    for (const name of ['new', 'five']) expect((await ask(at('/'))).text).toContain(name);
  });
  test('shows queues of all three libraries and writes nothing by looking', async () => {
    const before = await dump();
    for (const name of ['old', 'new', 'five']) {
      expect(await ask(at(`/${host}/${name}`))).toMatchObject({ status: 200 });
      expect((await ask(at(`/${host}/${name}/waiting`))).status).toBe(200);
    }
    expect((await ask(at(`/${host}/old/1`))).status).toBe(200);
    expect((await ask(at(`/${host}/nothing`))).status).toBe(404);
    expect(await dump()).toEqual(before);
  });
  test('its pages have no origin, no cookie, and run no script but their own', async () => {
    for (const page of [`/${host}/old/waiting`, `/${host}/old/1`, `/${host}/new/waiting`, `/${host}/new/j-1`]) {
      const { headers, text } = await ask(at(page), 'GET', { cookie: 'a=b' });
      const nonce = /script-src 'nonce-([^']+)'/.exec(headers['content-security-policy'] as string)?.[1];
      expect(headers['content-security-policy']).toMatch(
        /^sandbox allow-scripts allow-forms allow-modals; default-src 'none'/,
      );
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['set-cookie']).toBeUndefined();
      expect(text.match(/<script(?! nonce=")/g)).toBeNull();
      expect(text.split(`nonce="${nonce}"`)).toHaveLength(1 + 10);
      expect(text).not.toContain('cloudflare');
    }
  });
  test('serves its own files', async () => {
    const { status, headers } = await ask(at('/vendor/jsoneditor.min.js'));
    expect([status, headers['cache-control']]).toEqual([200, 'private, max-age=900']);
  });
});

describe('its addresses', () => {
  test('end with the session and after a quarter of an hour', async () => {
    expect((await ask(at('/', operator, Date.now() - 16 * 60_000))).status).toBe(401);
    isLive = false;
    expect((await ask(at('/'))).status).toBe(401);
    expect((await ask(at('/vendor/jsoneditor.min.js'))).status).toBe(401);
    expect((await ask('/arena/c/made-up/')).status).toBe(401);
  });
  test('are renewed by opening a page', async () => {
    const { status, headers } = await ask(at(`/${host}/old?x=1`, operator, Date.now() - 6 * 60_000));
    expect(status).toBe(302);
    expect(headers.location).toMatch(new RegExp(`^/arena/c/[^/]+/${host.replace(/[()]/g, '\\$&')}/old\\?x=1$`));
    expect((await ask(headers.location ?? '')).status).toBe(200);
  });
});

describe('acting', () => {
  const own = { origin: 'null' };
  test('works from the sandbox, and is written down', async () => {
    const { status, headers } = await ask(at(`/api/queue/${host}/old/pause`), 'PUT', own);
    expect([status, headers['access-control-allow-origin']]).toEqual([200, 'null']);
    expect(await redis.exists(`${prefix}:old:meta-paused`)).toBe(1);
    await expect
      .poll(() => audited)
      .toMatchObject([{ actor: 'op@x', action: 'arena: pause queue', target: `main/${prefix}/old`, outcome: 'done' }]);
    await ask(at(`/api/queue/${host}/old/resume`), 'PUT', own);
  });
  test('names the jobs of a bulk action', async () => {
    await ask(
      at(`/api/queue/${host}/new/job/bulk`),
      'POST',
      own,
      JSON.stringify({ jobs: ['j-1'], queueState: 'waiting' }),
    );
    expect(await redis.exists(`${prefix}:new:j-1`)).toBe(0);
    await expect.poll(() => audited).toMatchObject([{ action: 'arena: remove jobs', jobIds: ['j-1'], jobCount: 1 }]);
  });
  test.each(['partly', 'redacted', 'unheard-of'])(
    'shows nothing to the role %s, which does not see all',
    async (role) => {
      const { status, text } = await ask(at(`/${host}/old`, { ...operator, role }));
      expect(status).toBe(403);
      expect(text).not.toContain('old');
    },
  );
  test('lets a role do what it may, and nothing else', async () => {
    const retries: Actor = { ...operator, role: 'retries' };
    expect((await ask(at(`/api/queue/${host}/old/pause`, retries), 'PUT', own)).status).toBe(403);
    expect((await ask(at(`/api/queue/${host}/old/job/none`, retries), 'PATCH', own)).status).not.toBe(403);
  });
  test('is not for viewers, other sites, read-only queues and unknown actions', async () => {
    const viewer: Actor = { ...operator, role: 'viewer' };
    expect((await ask(at(`/api/queue/${host}/old/pause`, viewer), 'PUT', own)).status).toBe(403);
    expect((await ask(at(`/api/queue/${host}/old/pause`), 'PUT', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask(at(`/api/queue/${host}/old/pause`), 'PUT')).status).toBe(403);
    expect((await ask(at(`/api/queue/${host}/locked/pause`), 'PUT', own)).status).toBe(422);
    expect((await ask(at(`/api/queue/${host}/old/obliterate`), 'DELETE', own)).status).toBe(404);
    expect(await redis.exists(`${prefix}:old:meta-paused`)).toBe(0);
    expect((await ask(at(`/${host}/old`, viewer))).text).toContain('may look, but not act');
  });
});

/** All keys of the test with their content; a hash by its sorted fields, since reading may change their order. */
async function dump(): Promise<Record<string, unknown>> {
  const keys = (await redis.keys(`${prefix}:*`)).sort();
  const content = async (key: string) =>
    (await redis.type(key)) === 'hash'
      ? Object.entries(await redis.hgetall(key)).sort()
      : (await redis.dumpBuffer(key))?.toString('base64');
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await content(key)] as const)));
}
