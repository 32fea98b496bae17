import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '../../auth/password';
import { newUser } from '../../auth/users-file';
import { startGatedWeb, type GatedWeb } from '../../testing/gated-web';
import { emptyDatabase, until } from '../../testing/looker';

const PASSWORD = randomBytes(12).toString('base64url');
let web: GatedWeb;
let cookie: string;
let other: string;

beforeAll(async () => {
  const { url, redis } = await emptyDatabase(40);
  redis.disconnect();
  web = await startGatedWeb({
    redisUrl: url,
    file: {
      roles: [{ name: 'on-call', grants: [{ queues: ['*'], actions: ['view'] }] }],
      elevations: [{ role: 'on-call', to: 'operator', minutes: 20 }],
    },
  });
  const user = newUser('dana@localhost', 'on-call', await hashPassword(PASSWORD));
  await web.accounts.users.update((all) => [...all.values(), user]);
  const session = (sid: string) => web.cookieFor(user.email, user.role, { epoch: user.epoch, sid });
  [cookie, other] = await Promise.all([session('one'), session('two')]);
}, 30_000);
afterAll(() => web.stop());

async function call(method: string, address: string, as: Record<string, string>, body?: unknown) {
  const response = await fetch(`${web.url}/api/v1${address}`, {
    method,
    headers: { ...as, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const roleOf = async (as: string) => (await call('GET', '/me', { cookie: as })).body['role'];
const raise = (more: Record<string, unknown> = {}) =>
  call(
    'POST',
    '/me/elevation',
    { cookie },
    {
      to: 'operator',
      minutes: 5,
      reason: 'mails are stuck',
      password: PASSWORD,
      ...more,
    },
  );
async function audited(action: string): Promise<{ role: string; detail: string; actor: string; outcome: string }[]> {
  const authorization = `Bearer ${await web.tokenOf('admin')}`;
  const { body } = await call('GET', `/audit?action=${encodeURIComponent(action)}`, { authorization });
  return body['entries'] as never;
}

test('a role is raised only as the configuration says, with a reason and the password', async () => {
  expect((await raise({ to: 'admin' })).status).toBe(403);
  expect((await raise({ minutes: 21 })).status).toBe(400);
  expect((await raise({ reason: '  x ' })).status).toBe(400);
  expect((await raise({ password: 'not this one' })).status).toBe(400);
  expect((await raise({ password: undefined })).status).toBe(400);
  expect(await roleOf(cookie)).toBe('on-call');
  const authorization = `Bearer ${await web.tokenOf('on-call')}`;
  const byToken = { to: 'operator', minutes: 5, reason: 'mails are stuck' };
  expect((await call('POST', '/me/elevation', { authorization }, byToken)).status).toBe(422);
  const viewer = await web.personOf('viewer');
  expect((await call('POST', '/me/elevation', { cookie: viewer.cookie }, byToken)).status).toBe(403);
});

test('it holds in that session alone, is in the audit log, and can be given back', async () => {
  const raised = await raise();
  expect(raised).toMatchObject({ status: 200, body: { current: { from: 'on-call', to: 'operator' } } });
  expect(await roleOf(cookie)).toBe('operator');
  expect(await roleOf(other)).toBe('on-call');
  // What the raised role may do is judged by it, and what is done is written down as done by a raised role.
  const marked = await call('POST', '/marks', { cookie }, { kind: 'deploy', text: 'by a raised role' });
  expect(marked.status).toBe(201);
  expect((await call('POST', '/marks', { cookie: other }, { kind: 'deploy', text: 'x' })).status).toBe(403);
  expect((await audited('raise role')).find(({ outcome }) => outcome === 'done')).toMatchObject({
    actor: 'dana@localhost',
    detail: 'from on-call to operator for 5 min: mails are stuck',
  });
  expect((await audited('mark'))[0]?.role).toBe('operator (raised from on-call)');
  expect((await call('DELETE', '/me/elevation', { cookie })).status).toBe(200);
  expect(await roleOf(cookie)).toBe('on-call');
  expect((await audited('raised role ended'))[0]?.detail).toBe('by the person, before its time');
});

test('it ends by itself, with its live stream, and that is written down', async () => {
  const startedAt = Date.now();
  await web.accounts.elevations.start({
    session: 'one',
    email: 'dana@localhost',
    address: '127.0.0.1',
    from: 'on-call',
    to: 'operator',
    reason: 'a test',
    startedAt,
    until: startedAt + 2_000,
  });
  expect(await roleOf(cookie)).toBe('operator');
  const stream = await fetch(`${web.url}/api/v1/stream`, { headers: { cookie } });
  const said = await stream.text();
  expect(said).toContain('role-changed');
  expect(Date.now() - startedAt).toBeLessThan(12_000);
  expect(await roleOf(cookie)).toBe('on-call');
  await until(async () => (await audited('raised role ended'))[0]?.detail?.includes('its time was over'));
}, 30_000);

test('a change of the account ends it with the session', async () => {
  await raise();
  await web.accounts.people.signOut('dana@localhost');
  expect((await call('GET', '/me', { cookie })).status).toBe(401);
}, 30_000);
