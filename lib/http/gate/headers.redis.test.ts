import http, { type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGatedWeb, type GatedWeb } from '../../testing/gated-web';
import { emptyDatabase } from '../../testing/looker';

let web: GatedWeb;
let cookie: string;
let frame: string;

beforeAll(async () => {
  const { url, redis } = await emptyDatabase(42);
  redis.disconnect();
  web = await startGatedWeb({ redisUrl: url, env: { TAILBACK_URL: 'https://queues.example' } });
  ({ cookie } = await web.personOf('admin'));
  frame = (JSON.parse((await ask('/arena/frame')).text) as { url: string }).url;
}, 30_000);
afterAll(() => web.stop());

type Ask = { method?: string; headers?: http.OutgoingHttpHeaders; body?: string; signedOut?: boolean };

function ask(
  target: string,
  { method = 'GET', headers = {}, body, signedOut = false }: Ask = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { method, agent: false, headers: { ...(signedOut ? {} : { cookie }), ...headers }, path: target };
    const request = http.request(web.url, options, (response) => {
      let text = '';
      const end = () => {
        request.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      };
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (response.headers['content-type']?.startsWith('text/event-stream')) end();
      });
      response.once('end', end);
      response.once('error', () => undefined);
    });
    request.once('error', reject);
    request.end(body);
  });
}

const KINDS: [string, number, () => ReturnType<typeof ask>][] = [
  ['a page', 200, () => ask('/')],
  ['the sign-in', 200, () => ask('/sign-in', { signedOut: true })],
  ['a page of nothing', 200, () => ask('/nowhere')],
  ['a way to the sign-in', 307, () => ask('/settings', { signedOut: true })],
  ['data', 200, () => ask('/api/v1/me')],
  ['an export', 200, () => ask('/api/v1/audit/export?format=csv&by=people')],
  ['a live stream', 200, () => ask('/api/v1/stream')],
  ['metrics', 200, () => ask('/metrics')],
  ['health', 200, () => ask('/api/health', { signedOut: true })],
  ['not signed in', 401, () => ask('/api/v1/me', { signedOut: true })],
  ['an address that is none', 404, () => ask('/api/v1/nothing')],
  ['what is not as expected', 400, () => ask('/api/v1/marks?from=x')],
  ['a method that is none', 405, () => ask('/', { method: 'PROPFIND' })],
  [
    'a write of another site',
    403,
    () => ask('/api/v1/marks', { method: 'POST', headers: { origin: 'https://evil.example' } }),
  ],
  ['a body too large', 413, () => ask('/api/v1/marks', { method: 'POST', body: 'x'.repeat(1_100_000) })],
  ['another host', 421, () => ask('/', { headers: { host: 'evil.example' } })],
  ['a path in disguise', 400, () => ask('/a/..%2f', { headers: {} }).then(() => ask('/%2e%2e/x'))],
  ['Arena, ended', 401, () => ask('/arena/c/made-up/')],
];

describe.each(KINDS)('%s', (name, status, get) => {
  test('carries every header', async () => {
    const answer = await get();
    expect(answer.status).toBe(status);
    const isArena = name.startsWith('Arena');
    const { headers } = answer;
    const policy = String(headers['content-security-policy']);
    for (const directive of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'", 'form-action'])
      expect(policy).toContain(directive);
    expect(policy).toMatch(/script-src [^;]*'nonce-[\w+/]{24}'/);
    expect(policy).not.toMatch(/script-src [^;]*(?:unsafe-inline|unsafe-eval|http:|https:|\*)/);
    if (isArena) expect(policy).toMatch(/^sandbox (?!.*allow-same-origin)/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': isArena ? 'no-referrer' : 'same-origin',
      'cross-origin-opener-policy': isArena ? 'unsafe-none' : 'same-origin',
      'cross-origin-resource-policy': isArena ? 'cross-origin' : 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()') as string,
    });
    expect(headers['cache-control']).toMatch(/^no-store/);
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

test('each answer has a nonce of its own', async () => {
  const policies = await Promise.all(
    Array.from({ length: 20 }, async () => (await ask('/')).headers['content-security-policy']),
  );
  expect(new Set(policies).size).toBe(20);
});

test('files of the build are kept for ever, and nothing else is', async () => {
  expect((await ask('/_next/static/chunks/x.js', { signedOut: true })).headers['cache-control']).not.toBe('no-store');
  expect((await ask('/icon.svg', { signedOut: true })).headers['cache-control']).toBe('no-store');
});

test('HTTPS is asked for by who comes over it, and by nobody else', async () => {
  const secure = await ask('/sign-in', { signedOut: true, headers: { host: 'queues.example' } });
  expect(secure.headers['strict-transport-security']).toBe('max-age=31536000');
  expect((await ask('/sign-in')).headers['strict-transport-security']).toBeUndefined();
});

test('Arena has an origin of its own also where it says that there are no queues', async () => {
  const { status, headers } = await ask(frame, { signedOut: true });
  expect(status).toBeGreaterThanOrEqual(200);
  expect(headers['content-security-policy']).toMatch(/^sandbox allow-scripts allow-forms allow-modals;/);
  expect(headers['set-cookie']).toBeUndefined();
});
