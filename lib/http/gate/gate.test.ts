import { mkdtemp, rm } from 'node:fs/promises';
import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ElevationsFile } from '../../auth/elevations-file';
import { EndedSessions } from '../../auth/ended-sessions';
import { TokensFile } from '../../auth/tokens-file';
import { hashPassword } from '../../auth/password';
import { sessionCookieName } from '../../auth/session-token';
import { Sessions } from '../../auth/sessions';
import { newUser, UsersFile } from '../../auth/users-file';
import { createLog } from '../../config/log';
import { actorFrom } from './actor-header';
import { createGate, type GateOptions } from './gate';
import { createGateServer } from './server';

const SECRET = 'a secret of more than thirty-two characters';
const TOKEN = 'token-of-the-test-0123456789';
let folder: string;
let users: UsersFile;
let ended: EndedSessions;
let server: http.Server;
let cookie: string;

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };
type Ask = {
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  body?: string | Buffer;
  chunked?: boolean;
  peer?: string;
};

/** One real request; `peer` is the loopback address it comes from. */
function ask(
  target: string,
  { method = 'GET', headers = {}, body, chunked = false, peer = '127.0.0.1' }: Ask = {},
): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const length = body !== undefined && !chunked ? { 'content-length': Buffer.byteLength(body) } : {};
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        localAddress: peer,
        path: target,
        method,
        headers: { ...length, ...headers },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function sessionCookie(token: Record<string, unknown>): Promise<string> {
  return `${sessionCookieName(false)}=${await encode({ token, secret: SECRET, maxAge: 3_600 })}`;
}

/** What stands behind the gate in these tests: it tells what reached it. */
const echo: GateOptions['next'] = async (request, response) => {
  let body = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.length;
  const headers = new Headers(
    Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
  );
  response.setHeader('Content-Security-Policy', 'default-src *');
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=31536000, immutable',
  });
  response.end(JSON.stringify({ headers: request.headers, actor: actorFrom(headers), body, url: request.url }));
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tailback-gate-'));
  users = new UsersFile(folder);
  ended = new EndedSessions(folder);
  const hash = await hashPassword('a long password');
  await users.update(() => [{ ...newUser('eve@x', 'viewer', hash), epoch: 7 }]);
  const log = createLog('silent', 'test');
  const sessions = new Sessions({
    accounts: { users, ended, tokens: new TokensFile(folder), elevations: new ElevationsFile(folder) },
    secret: SECRET,
    token: TOKEN,
    log,
  });
  const config = {
    allowedCidrs: ['127.0.0.0/30', '10.0.0.0/8'],
    trustedProxies: ['127.0.0.3'],
    allowedHosts: ['tailback.example'],
    publicUrl: 'https://tailback.example',
  };
  const gate = createGate({
    config,
    log,
    isDev: false,
    openFiles: new Set(['/icon.svg']),
    identify: sessions.identify.bind(sessions),
    sessionCookieName,
    arena: {
      serve: (_request, response) => Promise.resolve(void response.writeHead(200).end('arena')),
      addressFor: (actor, rest) => `/arena/c/${actor.name}${rest}`,
    },
    metrics: {
      isOpenTo: ({ role }) => role !== 'partly',
      allowedCidrs: ['127.0.0.2'],
      serve: () =>
        Promise.resolve({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'tailback_store_up 1\n' }),
    },
    next: echo,
  });
  server = createGateServer({ handler: gate });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  cookie = await sessionCookie({ email: 'eve@x', role: 'viewer', epoch: 7, sid: 's1', signedInAt: Date.now() / 1_000 });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('without a session', () => {
  test('pages lead to the sign-in and back', async () => {
    expect((await ask('/')).headers.location).toBe('/sign-in');
    const { status, headers } = await ask('/queues/a?state=failed&_rsc=1');
    expect(status).toBe(307);
    expect(headers.location).toBe(`/sign-in?next=${encodeURIComponent('/queues/a?state=failed')}`);
  });
  test.each(['/api/v1/queues', '/api/v1/stream', '/api/anything', '/arena/frame', '/metrics'])(
    '%s answers 401',
    async (target) => {
      const { status, headers, text } = await ask(target);
      expect(status).toBe(401);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(JSON.parse(text)).toMatchObject({ status: 401, code: 'unauthenticated' });
    },
  );
  test.each(['/_next/image?url=/x', '/_next/data/x/index.json', '/arena', '/arena/main/q', '/unknown.txt'])(
    '%s is closed',
    async (target) => {
      expect((await ask(target)).status).toBe(307);
    },
  );
  test.each(['/sign-in', '/icon.svg', '/api/health', '/api/ready', '/_next/static/a.js', '/api/auth/csrf'])(
    '%s is open',
    async (target) => {
      expect((await ask(target)).status).toBe(200);
    },
  );
  test('an internal header of the client makes nobody', async () => {
    const forged = Buffer.from(JSON.stringify({ kind: 'token', name: 'x', role: 'admin', address: '' })).toString(
      'base64url',
    );
    expect((await ask('/api/v1/me', { headers: { 'x-tailback-actor': forged } })).status).toBe(401);
    expect(JSON.parse((await ask('/sign-in', { headers: { 'X-Tailback-Actor': forged } })).text)).toMatchObject({
      actor: null,
    });
  });
  test('a wrong token is nobody, even beside a good cookie', async () => {
    expect((await ask('/api/v1/me', { headers: { authorization: 'Bearer wrong', cookie } })).status).toBe(401);
  });
});

describe('/metrics', () => {
  test('is open to a token and to a person, in the format that Prometheus reads', async () => {
    const { status, headers, text } = await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
    expect({ status, text }).toEqual({ status: 200, text: 'tailback_store_up 1\n' });
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect((await ask('/metrics', { headers: { cookie } })).status).toBe(200);
  });
  test('needs neither for the addresses that are configured for it', async () => {
    expect((await ask('/metrics', { peer: '127.0.0.2' })).status).toBe(200);
    expect((await ask('/metrics', { peer: '127.0.0.1' })).status).toBe(401);
    expect((await ask('/metrics', { peer: '127.0.0.2', headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await ask('/metrics/x', { peer: '127.0.0.2' })).status).toBe(307);
    expect((await ask('/api/v1/queues', { peer: '127.0.0.2' })).status).toBe(401);
  });
});

describe('with a session', () => {
  test('the person reaches the pages, named by the gate', async () => {
    const seen = JSON.parse((await ask('/queues/a', { headers: { cookie } })).text) as { actor: unknown };
    expect(seen.actor).toEqual({
      kind: 'person',
      name: 'eve@x',
      role: 'viewer',
      address: '127.0.0.1',
      session: { id: 's1', epoch: 7 },
    });
  });
  test('the token is an administrator', async () => {
    const { text } = await ask('/api/v1/me', { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(JSON.parse(text)).toMatchObject({ actor: { kind: 'token', role: 'admin' } });
  });
  test.each([
    { change: { role: 'admin' }, because: 'of another role' },
    { change: { epoch: 6 }, because: 'of an earlier epoch' },
    { change: { email: 'gone@x' }, because: 'of a removed person' },
    { change: { signedInAt: Date.now() / 1_000 - 8 * 86_400 }, because: 'older than a week' },
    { change: { sid: undefined }, because: 'without an id' },
  ])('a session $because is none', async ({ change }) => {
    const other = await sessionCookie({
      email: 'eve@x',
      role: 'viewer',
      epoch: 7,
      sid: 's2',
      signedInAt: Date.now() / 1_000,
      ...change,
    });
    expect((await ask('/api/v1/me', { headers: { cookie: other } })).status).toBe(401);
  });
  test('a signed-out session is none, also a copy of its cookie', async () => {
    const other = await sessionCookie({
      email: 'eve@x',
      role: 'viewer',
      epoch: 7,
      sid: 's3',
      signedInAt: Date.now() / 1_000,
    });
    expect((await ask('/api/v1/me', { headers: { cookie: other } })).status).toBe(200);
    await ended.end('s3', Date.now() + 60_000);
    expect((await ask('/api/v1/me', { headers: { cookie: other } })).status).toBe(401);
  });
  test('Arena is reached through an address that stands for the session', async () => {
    expect(JSON.parse((await ask('/arena/frame', { headers: { cookie } })).text)).toEqual({ url: '/arena/c/eve@x/' });
    expect((await ask('/arena/main/q?page=2', { headers: { cookie } })).headers.location).toBe(
      '/arena/c/eve@x/main/q?page=2',
    );
  });
  test('pages take no writes and no server actions', async () => {
    expect((await ask('/', { method: 'POST', headers: { cookie } })).status).toBe(405);
    expect((await ask('/', { headers: { cookie, 'next-action': 'abc' } })).status).toBe(405);
  });
});

describe('network and host', () => {
  test('a peer outside the ranges is refused with the variable to set', async () => {
    const { status, text } = await ask('/api/health', { peer: '127.0.0.9' });
    expect(status).toBe(403);
    expect(text).toContain('TAILBACK_ALLOWED_CIDRS');
  });
  test('a proxy that nobody named is refused with the variable to set', async () => {
    const { status, text } = await ask('/sign-in', { headers: { 'x-forwarded-for': '10.0.0.1' } });
    expect(status).toBe(403);
    expect(text).toContain('TAILBACK_TRUSTED_PROXIES');
  });
  test('a trusted proxy names the client', async () => {
    const inside = await ask('/sign-in', {
      peer: '127.0.0.3',
      headers: { 'x-forwarded-for': '203.0.113.1, 10.0.0.1' },
    });
    expect(JSON.parse(inside.text)).toMatchObject({
      headers: { 'x-forwarded-for': '10.0.0.1', 'x-tailback-address': '10.0.0.1' },
    });
    expect(
      (await ask('/sign-in', { peer: '127.0.0.3', headers: { 'x-forwarded-for': '10.0.0.1, 203.0.113.1' } })).status,
    ).toBe(403);
  });
  test('an unknown host is refused with the variable to set, health is exempt', async () => {
    const { status, text } = await ask('/sign-in', { headers: { host: 'evil.example' } });
    expect(status).toBe(421);
    expect(text).toContain('TAILBACK_URL');
    expect((await ask('/api/health', { headers: { host: 'evil.example' } })).status).toBe(200);
    expect((await ask('/sign-in', { headers: { host: 'TAILBACK.example:443' } })).status).toBe(200);
  });
  test.each([
    '//evil.example',
    '/sign-in/../x',
    '/_next/static/%2e%2e/%2e%2e/api/v1/queues',
    'http://evil.example/sign-in',
  ])('%s is refused', async (target) => {
    expect((await ask(target, { headers: { cookie } })).status).toBe(400);
  });
  test('headers that steer the parts behind the gate are removed', async () => {
    const headers = {
      'x-middleware-subrequest': 'a',
      'x-nextjs-data': '1',
      'X-Invoke-Path': '/',
      'x-real-url': 'kept',
      'x-matched-path': '/',
      'content-security-policy': "script-src 'nonce-mine'",
      'x-forwarded-host': 'evil.example',
    };
    const seen = JSON.parse((await ask('/sign-in', { headers })).text) as { headers: Record<string, string> };
    expect(Object.keys(seen.headers).filter((name) => /^x-(middleware|nextjs|invoke|matched)/.test(name))).toEqual([]);
    expect(seen.headers['x-real-url']).toBe('kept');
    expect(seen.headers['content-security-policy']).not.toContain('nonce-mine');
    expect(seen.headers['x-forwarded-host']).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('writes', () => {
  const post = { method: 'POST', body: '{}' };
  test.each([
    { headers: { 'sec-fetch-site': 'cross-site' }, expected: 403 },
    { headers: { origin: 'https://evil.example' }, expected: 403 },
    { headers: { origin: 'null' }, expected: 403 },
    { headers: { 'sec-fetch-site': 'same-origin' }, expected: 200 },
    { headers: { origin: 'https://tailback.example' }, expected: 200 },
    { headers: {}, expected: 200 },
  ])('$headers → $expected', async ({ headers, expected }) => {
    expect((await ask('/api/v1/queues/a/actions', { ...post, headers: { cookie, ...headers } })).status).toBe(expected);
    expect((await ask('/api/auth/callback/credentials', { ...post, headers })).status).toBe(expected);
  });
  test('a body of 1 MiB passes, one byte more does not', async () => {
    const whole = Buffer.alloc(1_048_576, 'x');
    const more = Buffer.alloc(1_048_577, 'x');
    expect(
      JSON.parse((await ask('/api/v1/x', { method: 'POST', body: whole, headers: { cookie } })).text),
    ).toMatchObject({ body: 1_048_576 });
    expect((await ask('/api/v1/x', { method: 'POST', body: more, headers: { cookie } })).status).toBe(413);
    expect(
      JSON.parse(
        (
          await ask('/api/v1/x', {
            method: 'POST',
            body: whole,
            chunked: true,
            headers: { cookie, 'transfer-encoding': 'chunked' },
          })
        ).text,
      ),
    ).toMatchObject({ body: 1_048_576 });
    expect(
      (
        await ask('/api/v1/x', {
          method: 'POST',
          body: more,
          chunked: true,
          headers: { cookie, 'transfer-encoding': 'chunked' },
        })
      ).status,
    ).toBe(413);
  });
  test('an unknown method is refused', async () =>
    expect((await ask('/', { method: 'TRACE', headers: { cookie } })).status).toBe(405));
});

describe('answers', () => {
  test('carry the security headers, whatever the part behind says', async () => {
    const { headers } = await ask('/queues/a', { headers: { cookie } });
    const nonce = /'nonce-([^']+)'/.exec(headers['content-security-policy'] as string)?.[1];
    expect(nonce).toHaveLength(24);
    expect(headers['content-security-policy']).toContain(`script-src 'self' 'nonce-${nonce}' 'strict-dynamic';`);
    expect(headers['content-security-policy']).not.toContain('unsafe-eval');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['strict-transport-security']).toBeUndefined();
    const again = await ask('/queues/a', { headers: { cookie } });
    expect(again.headers['content-security-policy']).not.toContain(nonce);
  });
  test('build files may be kept, refusals carry the headers too, HSTS is for HTTPS', async () => {
    expect((await ask('/_next/static/a.js')).headers['cache-control']).toContain('immutable');
    expect((await ask('/api/v1/x')).headers['content-security-policy']).toContain("object-src 'none'");
    expect(
      (await ask('/sign-in', { headers: { host: 'tailback.example' } })).headers['strict-transport-security'],
    ).toContain('max-age');
  });
  test('a cookie in use is renewed when it is a quarter of an hour old', async () => {
    const old = await encode({
      token: { email: 'eve@x', role: 'viewer', epoch: 7, sid: 's4', signedInAt: Date.now() / 1_000 - 3_600 },
      secret: SECRET,
      maxAge: 3_600,
    });
    expect(
      (await ask('/', { headers: { cookie: `${sessionCookieName(false)}=${old}` } })).headers['set-cookie'],
    ).toBeUndefined();
    const realNow = Date.now;
    Date.now = () => realNow() + 20 * 60_000;
    try {
      const renewed = (await ask('/', { headers: { cookie: `${sessionCookieName(false)}=${old}` } })).headers[
        'set-cookie'
      ]?.[0];
      expect(renewed).toMatch(/^tailback\.session=.+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
    } finally {
      Date.now = realNow;
    }
  });
});
