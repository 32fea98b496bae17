import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Accounts } from '../../auth/accounts';
import { Sessions } from '../../auth/sessions';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import type { Actor } from '../../domain/permissions';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { until } from '../../testing/processes';

let server: PrivateRedis;
let dataDir: string;
let accounts: Accounts;
let sessions: Sessions;
let web: WebRuntime;

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-people-'));
  const config = loadConfig({ REDIS_URL: server.url, TAILBACK_DATA_DIR: dataDir }, dataDir);
  accounts = new Accounts(dataDir, []);
  await accounts.people.add('root@x', 'admin', 'correct battery staple');
  const log = createLog('silent', 'test');
  sessions = new Sessions({ accounts, secret: 'x'.repeat(40), token: null, log });
  web = await createWebRuntime({ config, log, accounts, isSessionLive: (actor) => sessions.isLive(actor) });
  await until(async () => (await call(root(), 'GET', '/audit')).status === 200, 10_000);
}, 30_000);
afterAll(async () => {
  await web.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const root = (): Actor => ({
  kind: 'person',
  name: 'root@x',
  role: 'admin',
  address: '10.0.0.9',
  session: { id: 's1', epoch: accounts.users.find('root@x')?.epoch ?? 0 },
});

async function call(actor: Actor, method: string, address: string, body?: unknown) {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const response = await web.handle(request, actor);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}
const audit = async (action: string) =>
  ((await call(root(), 'GET', `/audit?action=${encodeURIComponent(action)}`)).json as { entries: unknown[] }).entries;
const comeIn = (email: string, password: string, code = '') =>
  web.signIn({ email, password, code, address: '10.0.0.1', agent: 'curl/8' });

test('a person is added, comes in, is listed with the session, and is out at once when disabled', async () => {
  const made = await call(root(), 'POST', '/people', { email: 'Ana@x', role: 'operator' });
  expect(made).toMatchObject({ status: 201, json: { email: 'ana@x' } });
  const result = await comeIn('ana@x', made.json['password'] as string);
  if (!result.ok) throw new Error('not let in');
  const actor: Actor = {
    kind: 'person',
    name: 'ana@x',
    role: 'operator',
    address: '10.0.0.1',
    session: { id: result.sessionId, epoch: result.epoch },
  };
  expect(sessions.isLive(actor)).toBe(true);
  expect((await call(root(), 'GET', '/people')).json).toMatchObject({
    people: [{ email: 'ana@x', sessions: 1, role: 'operator', hasSecondFactor: false }, { email: 'root@x' }],
  });
  expect((await call(root(), 'GET', '/people/ana@x/sessions')).json).toMatchObject({
    sessions: [{ id: result.sessionId, address: '10.0.0.1', agent: 'curl/8', isThis: false }],
  });
  expect((await call(root(), 'POST', '/people/ana@x/actions', { action: 'disable' })).status).toBe(200);
  expect(sessions.isLive(actor)).toBe(false);
  expect(await comeIn('ana@x', made.json['password'] as string)).toEqual({ ok: false, reason: 'wrong' });
  expect(await audit('add person')).toMatchObject([{ actor: 'root@x', target: 'Ana@x', detail: 'as operator' }]);
  expect(await audit('disable person')).toMatchObject([{ outcome: 'done', target: 'ana@x' }]);
  expect(await audit('sign in')).toMatchObject([
    { actor: 'ana@x', outcome: 'refused', address: '10.0.0.1' },
    { actor: 'ana@x', outcome: 'done', role: 'operator' },
  ]);
});

test('one session is ended and the others go on', async () => {
  const [one, two] = [
    await comeIn('root@x', 'correct battery staple'),
    await comeIn('root@x', 'correct battery staple'),
  ];
  if (!one.ok || !two.ok) throw new Error('not let in');
  expect((await call(root(), 'DELETE', `/sessions/${one.sessionId}`)).status).toBe(200);
  const of = (id: string): Actor => ({ ...root(), session: { id, epoch: one.epoch } });
  expect([sessions.isLive(of(one.sessionId)), sessions.isLive(of(two.sessionId))]).toEqual([false, true]);
  expect((await call(root(), 'DELETE', '/sessions/none')).status).toBe(404);
});

test('everybody ends own sessions, and nobody those of others', async () => {
  const password = 'correct battery staple';
  expect((await call(root(), 'POST', '/people', { email: 'kim@x', role: 'viewer', password })).status).toBe(201);
  const [own, other] = [await comeIn('kim@x', password), await comeIn('root@x', password)];
  if (!own.ok || !other.ok) throw new Error('not let in');
  const kim: Actor = { ...root(), name: 'kim@x', role: 'viewer', session: { id: own.sessionId, epoch: own.epoch } };
  expect((await call(kim, 'DELETE', `/me/sessions/${other.sessionId}`)).status).toBe(404);
  expect((await call(kim, 'DELETE', `/me/sessions/${own.sessionId}`)).status).toBe(200);
  const theirs: Actor = { ...root(), session: { id: other.sessionId, epoch: other.epoch } };
  expect([sessions.isLive(kim), sessions.isLive(theirs)]).toEqual([false, true]);
  expect(await audit('end own session')).toMatchObject([{ actor: 'kim@x', outcome: 'done' }]);
});

test('the last administrator stays, and is told why', async () => {
  const refused = await call(root(), 'POST', '/people/root@x/actions', { action: 'remove' });
  expect(refused).toMatchObject({ status: 409, json: { detail: expect.stringContaining('last enabled') as string } });
  expect(await audit('remove person')).toMatchObject([{ outcome: 'refused' }]);
});

test('a token works with its role, until it is revoked', async () => {
  const { json, status } = await call(root(), 'POST', '/tokens', { name: 'prometheus', role: 'viewer', days: 90 });
  expect(status).toBe(201);
  const authorization = `Bearer ${json['token'] as string}`;
  const identify = () => sessions.identify({ authorization, cookie: undefined, address: '10.0.0.2', isSecure: false });
  const actor = (await identify())?.actor;
  expect(actor).toMatchObject({ kind: 'token', name: 'prometheus', role: 'viewer' });
  expect((await call(actor as Actor, 'GET', '/audit')).status).toBe(403);
  expect((await call(actor as Actor, 'GET', '/me/account')).status).toBe(422);
  const listed = await call(root(), 'GET', '/tokens');
  expect(listed.json).toMatchObject({ tokens: [{ name: 'prometheus', lastAddress: '10.0.0.2', createdBy: 'root@x' }] });
  expect(JSON.stringify(listed.json)).not.toContain(json['token']);
  expect((await call(root(), 'DELETE', `/tokens/${json['id'] as string}`)).status).toBe(200);
  expect(await identify()).toBeNull();
  expect(sessions.isLive(actor as Actor)).toBe(false);
  expect(await audit('token')).toMatchObject([
    { action: 'revoke token' },
    { action: 'make token', target: 'prometheus' },
  ]);
});

test.each([
  ['/tokens', { name: 'TAILBACK_TOKEN', role: 'viewer', days: 1 }],
  ['/tokens', { name: 'x', role: 'no-such-role', days: 1 }],
  ['/tokens', { name: 'x', role: 'viewer', days: 0 }],
  ['/people', { email: 'x', role: 'viewer' }],
  ['/people', { email: 'x@y', role: 'viewer', password: 'password123' }],
])('%s refuses %j', async (address, body) => {
  expect((await call(root(), 'POST', address, body)).status).toBe(400);
});

test('own password and second factor are changed with the password alone, not with the session', async () => {
  await call(root(), 'POST', '/people', { email: 'bo@x', role: 'viewer', password: 'first long password' });
  const bo = (): Actor => ({ ...root(), name: 'bo@x', role: 'viewer' });
  const { json } = await call(bo(), 'POST', '/me/second-factor', {});
  const secret = json['secret'] as string;
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const turnOn = (password: string, given: string) =>
    call(bo(), 'PUT', '/me/second-factor', { password, secret, code: given });
  expect((await turnOn('wrong', code())).status).toBe(400);
  expect((await turnOn('first long password', '000000')).status).toBe(400);
  expect((await call(bo(), 'GET', '/me/account')).json).toMatchObject({ hasSecondFactor: false });
  expect((await turnOn('first long password', code())).status).toBe(200);
  expect(await comeIn('bo@x', 'first long password')).toEqual({ ok: false, reason: 'code-needed' });

  const change = (current: string, next: string) => call(bo(), 'POST', '/me/password', { current, next });
  expect((await change('wrong', 'second long password')).status).toBe(400);
  expect((await change('first long password', 'bo@x bo@x')).status).toBe(400);
  expect((await change('first long password', 'second long password')).status).toBe(200);
  expect(await comeIn('bo@x', 'first long password')).toEqual({ ok: false, reason: 'wrong' });
  expect((await call(bo(), 'DELETE', '/me/second-factor', { password: 'second long password' })).status).toBe(200);
  expect(await comeIn('bo@x', 'second long password')).toMatchObject({ ok: true });
});
