import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressGroup } from './address-group';
import { sessionSecret } from './data-dir';
import { ensureFirstAdmin } from './first-admin';
import { generatePassword, hashPassword, verifyPassword } from './password';
import { cookieValue } from './sessions';
import { SignIn } from './sign-in';
import { newUser, UsersFile } from './users-file';

let folder: string;
let users: UsersFile;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'tailback-auth-')), 'data');
  users = new UsersFile(folder);
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe('passwords', () => {
  test('a hash fits its password alone, in any Unicode spelling', async () => {
    const hash = await hashPassword('pässwörd long');
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(await verifyPassword('pa\u0308sswo\u0308rd long', hash)).toBe(true);
    expect(await verifyPassword('pässwörd longer', hash)).toBe(false);
  });
  test.each(['', 'scrypt$', 'plain', 'scrypt$1048576$8$3$AAAA$AAAA', 'scrypt$32768$8$3$AAAA$'])(
    'the hash %j fits nothing',
    async (hash) => expect(await verifyPassword('', hash)).toBe(false),
  );
  test('generated ones differ and are long', () =>
    expect(new Set(Array.from({ length: 50 }, generatePassword)).size).toBe(50));
});

describe('the users file', () => {
  test('is private, and changes of another process are seen within two seconds', async () => {
    const other = new UsersFile(folder);
    await users.update(() => [newUser('A@x', 'viewer', 'h')]);
    expect([await modeOf(folder), await modeOf(users.file)]).toEqual(['700', '600']);
    const now = Date.now();
    await other.refresh(now);
    expect(other.find('a@X')?.role).toBe('viewer');
    await users.update((all) => [...all.values()].map((user) => ({ ...user, role: 'admin' as const })));
    await other.refresh(now + 1_000);
    expect(other.find('a@x')?.role).toBe('viewer');
    await other.refresh(now + 2_001);
    expect(other.find('a@x')?.role).toBe('admin');
  });
  test('twenty changes at once are all kept', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        new UsersFile(folder).update((all) => [...all.values(), newUser(`u${index}@x`, 'viewer', 'h')]),
      ),
    );
    await users.refresh();
    expect(users.list()).toHaveLength(20);
  });
  test('a broken file is reported by name and changes nobody', async () => {
    await users.update(() => [newUser('a@x', 'viewer', 'h')]);
    await writeFile(users.file, '{');
    await expect(users.refresh(Date.now() + 5_000)).rejects.toThrow(users.file);
    expect(users.find('a@x')).not.toBeNull();
  });
  test('a person removed and made again does not revive old sessions', () => {
    expect(newUser('a@x', 'admin', 'h', new Date(2)).epoch).not.toBe(newUser('a@x', 'admin', 'h', new Date(1)).epoch);
  });
});

describe('the first administrator', () => {
  const admin = { adminEmail: 'ops@x', adminPassword: null };
  test('is generated once', async () => {
    const password = await ensureFirstAdmin(users, admin);
    expect(await verifyPassword(password ?? '', users.find('ops@x')?.passwordHash ?? '')).toBe(true);
    expect(await ensureFirstAdmin(users, admin)).toBeNull();
    expect(await ensureFirstAdmin(new UsersFile(folder), admin)).toBeNull();
  });
  test('follows the variable at every start, and a changed one ends the sessions', async () => {
    expect(await ensureFirstAdmin(users, { ...admin, adminPassword: 'first password' })).toBeNull();
    const { epoch } = users.find('ops@x') ?? { epoch: 0 };
    await ensureFirstAdmin(users, { ...admin, adminPassword: 'first password' });
    expect(users.find('ops@x')?.epoch).toBe(epoch);
    await ensureFirstAdmin(users, { ...admin, adminPassword: 'second password' });
    expect(users.find('ops@x')?.epoch).toBe(epoch + 1);
    expect(await verifyPassword('second password', users.find('ops@x')?.passwordHash ?? '')).toBe(true);
  });
});

describe('signing in', () => {
  test('needs an enabled account and its password', async () => {
    const hash = await hashPassword('the right one');
    await users.update(() => [
      newUser('a@x', 'operator', hash),
      { ...newUser('off@x', 'admin', hash), isDisabled: true },
    ]);
    const signIn = new SignIn(users);
    expect(await signIn.attempt('A@x', 'the right one', '', '10.0.0.1')).toMatchObject({
      ok: true,
      email: 'a@x',
      role: 'operator',
    });
    for (const [email, password] of [
      ['a@x', 'wrong'],
      ['off@x', 'the right one'],
      ['nobody@x', 'the right one'],
      ['', ''],
      ['a@x', 'x'.repeat(5_000)],
    ] as const)
      expect(await signIn.attempt(email, password, '', '10.0.0.1')).toEqual({ ok: false, reason: 'wrong' });
  });
  test('failures make that address wait for that account, and nobody else', async () => {
    await users.update(async () => [newUser('a@x', 'admin', await hashPassword('the right one'))]);
    const signIn = new SignIn(users, { perAccountAndAddress: 2, perAddress: 3 });
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await signIn.attempt('a@x', 'wrong', '', '10.0.0.1')).toMatchObject({ reason: 'wrong' });
    const refused = await signIn.attempt('a@x', 'the right one', '', '10.0.0.1');
    expect(refused).toMatchObject({ ok: false, reason: 'too-many' });
    expect(refused.ok ? 0 : refused.retryAfterSeconds).toBeGreaterThan(200);
    expect(await signIn.attempt('other@x', 'wrong', '', '10.0.0.1')).toMatchObject({ reason: 'too-many' });
    expect(await signIn.attempt('a@x', 'the right one', '', '10.0.0.2')).toMatchObject({ ok: true });
  });
  test('a success clears the count', async () => {
    await users.update(async () => [newUser('a@x', 'admin', await hashPassword('the right one'))]);
    const signIn = new SignIn(users, { perAccountAndAddress: 2, perAddress: 10 });
    for (let round = 0; round < 2; round += 1) {
      await signIn.attempt('a@x', 'wrong', '', '10.0.0.1');
      expect(await signIn.attempt('a@x', 'the right one', '', '10.0.0.1')).toMatchObject({ ok: true });
    }
  });
  test('an IPv6 host counts once, with all its addresses', () => {
    expect(addressGroup('2001:db8:1:2:aaaa::1')).toBe(addressGroup('2001:db8:1:2:bbbb::2'));
    expect(addressGroup('::ffff:10.0.0.1')).toBe('10.0.0.1');
  });
});

test('the secret is made once, kept private, and the configured one wins', async () => {
  const [one, two] = await Promise.all([sessionSecret(null, folder), sessionSecret(null, folder).catch(() => 'later')]);
  expect(one.length).toBeGreaterThanOrEqual(32);
  expect(await sessionSecret(null, folder)).toBe(two === 'later' ? one : two);
  expect(await modeOf(path.join(folder, 'secret'))).toBe('600');
  expect(await sessionSecret('configured', folder)).toBe('configured');
});

test('a cookie given twice is none: one of the two was planted', () => {
  expect(cookieValue('a=1; b=2', 'b')).toBe('2');
  expect(cookieValue('b=1; b=2', 'b')).toBeNull();
  expect(cookieValue(undefined, 'b')).toBeNull();
});
