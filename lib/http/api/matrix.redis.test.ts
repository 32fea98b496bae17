import { Queue as BullMqQueue } from 'bullmq';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { appRoutes, APP_RULES } from '../../testing/app-rules';
import { startGatedWeb, type GatedWeb } from '../../testing/gated-web';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';
import { openApiDocument } from './openapi';
import { ROUTES } from './routes';

// Every route × every role × (own, foreign, hidden queue) × (cookie, token, none, expired, forged). The routes come from
// the OpenAPI document and from the folder app/; what is expected follows from the right that a route states.

type Right = 'view' | 'operate' | 'administer';
type Standing = 'does' | 'sees' | 'nothing';
const QUEUES = { own: 'report-a', foreign: 'mails', hidden: 'salaries' } as const;
type Kind = keyof typeof QUEUES;

const FILE = {
  roles: [
    {
      name: 'reports',
      grants: [
        { queues: ['report-*'], actions: ['retry'] },
        { queues: ['main/bull/mails'], actions: ['view'] },
      ],
    },
    { name: 'redacted', grants: [{ queues: ['*'], actions: ['*'] }], redact: ['data.card'] },
  ],
};
const all = (standing: Standing) => ({ own: standing, foreign: standing, hidden: standing });
/** What each role is meant to be able to do, said once more by hand: not read from what is tested. */
const ROLES: Record<string, { rights: readonly Right[]; on: Record<Kind, Standing> }> = {
  viewer: { rights: ['view'], on: all('sees') },
  operator: { rights: ['view', 'operate'], on: all('does') },
  admin: { rights: ['view', 'operate', 'administer'], on: all('does') },
  reports: { rights: ['view', 'operate'], on: { own: 'does', foreign: 'sees', hidden: 'nothing' } },
  redacted: { rights: ['view', 'operate'], on: all('does') },
  // Taken out of the configuration since the person signed in.
  gone: { rights: [], on: all('nothing') },
};

type Operation = { method: string; path: string; right: Right | null; hasBody: boolean };
type Documented = Record<string, { 'x-tailback-right': Right | null; requestBody?: unknown }>;
const document = openApiDocument(ROUTES, 'test') as { paths: Record<string, Documented> };
const OPERATIONS: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    right: operation['x-tailback-right'],
    hasBody: operation.requestBody !== undefined,
  })),
);

let redis: PrivateRedis;
let dataDir: string;
let collector: ChildProcess;
let web: GatedWeb;
const queues: BullMqQueue[] = [];
const credentials: Record<string, { cookie: string; token: string }> = {};
/** Requests that nobody may be behind, each by what is wrong with them. */
const nobody: Record<string, Record<string, string>> = { none: {} };

beforeAll(async () => {
  redis = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-matrix-'));
  for (const name of Object.values(QUEUES)) {
    const queue = new BullMqQueue(name, { connection: { host: '127.0.0.1', port: redis.port } });
    await queue.add('job', { n: 1 }, { jobId: 'first' });
    queues.push(queue);
  }
  collector = startCollectorProcess(redis.url, dataDir);
  web = await startGatedWeb({ redisUrl: redis.url, file: FILE });
  for (const role of Object.keys(ROLES)) {
    const { cookie } = await web.personOf(role);
    credentials[role] = { cookie, token: await web.tokenOf(role) };
  }
  await arrangeNobody();
  await until(() => Promise.resolve(web.runtime.queues().length === 3 && web.runtime.readiness().ok), 30_000);
}, 60_000);

afterAll(async () => {
  await Promise.all(queues.map((queue) => queue.close()));
  await web.stop();
  await endProcess(collector, 'SIGKILL');
  await redis.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function arrangeNobody(): Promise<void> {
  const { email } = await web.personOf('admin');
  const epoch = web.accounts.users.find(email)?.epoch ?? 0;
  const nowS = Math.floor(Date.now() / 1_000);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const good = await web.tokenOf('admin');
  nobody['expired cookie'] = { cookie: await web.cookieFor(email, 'admin', { epoch }, { maxAge: -60 }) };
  nobody['cookie older than a week'] = {
    cookie: await web.cookieFor(email, 'admin', { epoch, signedInAt: nowS - 8 * 86_400 }),
  };
  nobody['cookie of an ended session'] = { cookie: await web.cookieFor(email, 'admin', { epoch, sid: 'ended' }) };
  await web.accounts.endSession('ended');
  nobody['cookie from before a change of the account'] = {
    cookie: await web.cookieFor(email, 'admin', { epoch: epoch - 1 }),
  };
  nobody['cookie signed by somebody else'] = {
    cookie: await web.cookieFor(
      email,
      'admin',
      { epoch },
      { secret: 'another secret of more than thirty-two characters' },
    ),
  };
  nobody['cookie with a higher role than the account'] = {
    cookie: await web.cookieFor((await web.personOf('viewer')).email, 'admin', { epoch }),
  };
  nobody['cookie of an unknown account'] = { cookie: await web.cookieFor('nobody@localhost', 'admin') };
  nobody['expired token'] = bearer(await web.tokenOf('admin', 1, Date.now() - 2 * 86_400_000));
  nobody['token with another secret'] = bearer(good.slice(0, -4) + (good.endsWith('AAAA') ? 'BBBB' : 'AAAA'));
  nobody['made-up token'] = bearer('tb_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
  nobody['actor header of the client'] = {
    'x-tailback-actor': Buffer.from(
      JSON.stringify({ kind: 'person', name: email, role: 'admin', address: '127.0.0.1' }),
    ).toString('base64url'),
  };
}

type Answer = { status: number; detail: string; text: string };

async function ask(method: string, address: string, headers: Record<string, string>, hasBody = false): Promise<Answer> {
  const stop = new AbortController();
  const response = await fetch(`${web.url}${address}`, {
    method,
    redirect: 'manual',
    signal: stop.signal,
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    // No route takes this: with the right to it the answer is about the body, and nothing is done.
    ...(hasBody ? { body: '{"no-such-field":true}' } : {}),
  });
  const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream');
  const text = isEndless ? '' : await response.text();
  stop.abort();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  return { status: response.status, detail: isProblem ? (JSON.parse(text) as { detail: string }).detail : '', text };
}

const addressOf = (template: string, queue: string) =>
  `/api/v1${template.replace('{source}/{namespace}/{name}', `main/bull/${queue}`).replaceAll(/\{\w+\}/g, 'no-such')}`;

/** What the right of the route and the standing of the role say, in one word. */
function expected(
  { right, method, hasBody, path: template }: Operation,
  role: string,
  kind: Kind | null,
): 'allowed' | 403 | 404 {
  const { rights, on } = ROLES[role] as (typeof ROLES)[string];
  if (right !== null && !rights.includes(right)) return 403;
  if (kind === null || !template.includes('{name}')) return 'allowed';
  if (on[kind] === 'nothing') return 404;
  if (right !== 'operate') return 'allowed';
  // Shows whole messages, so never to a role with redaction; of these queues, which hold jobs, it says so before it asks further.
  if (template.endsWith('/dead-letters') && on[kind] === 'does') return role === 'redacted' ? 403 : 'allowed';
  // A route that takes no body does one thing at once, and `reports` may only retry.
  return on[kind] !== 'does' || (role === 'reports' && !hasBody && method === 'POST') ? 403 : 'allowed';
}

function verdict({ status, detail }: Answer): 'allowed' | number {
  if (status === 404)
    return detail.startsWith('There is no queue') || detail.startsWith('There is no such address') ? 404 : 'allowed';
  return status === 401 || status === 403 || status >= 500 ? status : 'allowed';
}

test('every route states a right', () => {
  expect(OPERATIONS.length).toBe(ROUTES.length);
  expect(OPERATIONS.filter(({ right }) => right === null)).toEqual([]);
  expect(
    OPERATIONS.filter(({ method, right }) => method === 'PUT' && right === 'view').map(({ path: at }) => at),
  ).toEqual(['/me/second-factor']);
});

describe('the API', () => {
  test.each(OPERATIONS.map((operation) => ({ ...operation, title: `${operation.method} ${operation.path}` })))(
    '$title',
    async (operation) => {
      const { method, path: template, hasBody } = operation;
      const kinds: (Kind | null)[] = template.includes('{name}') ? ['own', 'foreign', 'hidden'] : [null];
      const wrong: string[] = [];
      const check = (what: string, found: unknown, wanted: unknown) => {
        if (found !== wanted) wrong.push(`${what}: ${String(found)}, expected ${String(wanted)}`);
      };
      for (const kind of kinds) {
        const address = addressOf(template, QUEUES[kind ?? 'own']);
        for (const [role, { cookie, token }] of Object.entries(credentials)) {
          const wanted = expected(operation, role, kind);
          for (const [by, headers] of Object.entries({
            cookie: { cookie },
            token: { authorization: `Bearer ${token}` },
          })) {
            const answer = await ask(method, address, headers, hasBody);
            check(`${role} by ${by}, ${kind ?? 'no'} queue`, verdict(answer), wanted);
            if (wanted !== 404) continue;
            const missing = await ask(method, addressOf(template, 'nowhere'), headers, hasBody);
            check(
              `${role} by ${by}, hidden and missing`,
              words(answer.text, QUEUES.hidden),
              words(missing.text, 'nowhere'),
            );
          }
        }
        for (const [what, headers] of Object.entries(nobody))
          check(`${what}, ${kind ?? 'no'} queue`, (await ask(method, address, headers, hasBody)).status, 401);
      }
      // A write that another site starts is refused before anybody asks who it is.
      if (method !== 'GET') {
        const cookie = credentials['admin']?.cookie ?? '';
        const foreign = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
        check('another site', (await ask(method, addressOf(template, QUEUES.own), foreign, hasBody)).status, 403);
      }
      expect(wrong).toEqual([]);
    },
  );

  test('has no other addresses and methods', async () => {
    const { cookie } = credentials['admin'] ?? { cookie: '' };
    expect((await ask('GET', '/api/v1/nothing', { cookie })).status).toBe(404);
    expect((await ask('PUT', '/api/v1/queues', { cookie }, true)).status).toBe(405);
    expect((await ask('TRACE', '/api/v1/queues', { cookie }).catch(() => ({ status: 405 }))).status).toBe(405);
  });
});

/** An answer without what differs from request to request, and from name to name. */
function words(text: string, name: string): string {
  return text.replaceAll(/"requestId":"[^"]*"|"instance":"[^"]*"/g, '').replaceAll(name, '…');
}

describe('the addresses that Next serves', async () => {
  const routes = await appRoutes(path.resolve(import.meta.dirname, '../../..'));

  test('each have a rule', () =>
    expect(routes.map(({ file }) => file)).toEqual(Object.keys(APP_RULES).sort((a, b) => a.localeCompare(b))));

  test.each(routes)('$file', async ({ file, address }) => {
    const rule = APP_RULES[file];
    for (const headers of Object.values(nobody)) {
      const { status } = await ask('GET', address, headers);
      if (rule === 'open') expect([200, 503]).toContain(status);
      else expect(status).toBe(rule === 'by the table of routes' ? 401 : 307);
    }
    // What a role sees of a page is the page's own question: e2e/pages.e2e.ts asks it of each.
    if (rule === 'signed-in' || rule === 'administer')
      for (const { cookie, token } of Object.values(credentials)) {
        expect((await ask('GET', address, { cookie })).text).toBe('page');
        expect((await ask('GET', address, { authorization: `Bearer ${token}` })).text).toBe('page');
      }
  });
});

describe('what is served beside them', () => {
  const rows: { address: string; signedOut: number; closedTo: readonly string[] }[] = [
    { address: '/metrics', signedOut: 401, closedTo: ['reports', 'redacted', 'gone'] },
    { address: '/arena/frame', signedOut: 401, closedTo: [] },
    { address: '/arena/c/made-up/', signedOut: 401, closedTo: Object.keys(ROLES) },
    { address: '/_next/image?url=%2Ficon.svg&w=64&q=75', signedOut: 307, closedTo: [] },
    { address: '/no-such-page', signedOut: 307, closedTo: [] },
    { address: '/api/no-such', signedOut: 401, closedTo: [] },
  ];
  test.each(rows)('$address', async ({ address, signedOut, closedTo }) => {
    for (const headers of Object.values(nobody)) expect((await ask('GET', address, headers)).status).toBe(signedOut);
    for (const [role, { cookie }] of Object.entries(credentials)) {
      const { status } = await ask('GET', address, { cookie });
      if (closedTo.includes(role)) expect([401, 403, 410]).toContain(status);
      else expect(status).toBe(200);
    }
  });
});
