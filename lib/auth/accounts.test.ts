import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'next-auth/jwt';
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../config/log';
import { Accounts } from './accounts';
import { verifyPassword } from './password';
import { checkPassword } from './password-rules';
import { newSecondFactor, stepOfCode } from './second-factor';
import { Sessions } from './sessions';
import { SignIn } from './sign-in';
import { TokensFile } from './tokens-file';
import { newUser } from './users-file';

const DAY_MS = 86_400_000;
let folder: string;
let accounts: Accounts;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'tailback-accounts-')), 'data');
  accounts = new Accounts(folder, [{ name: 'reports', grants: [{ queues: ['r-*'], actions: ['retry'] }], redact: [] }]);
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

describe('tokens', () => {
  const make = (changes = {}) =>
    accounts.tokens.create({ name: 'ci', role: 'reports', days: 30, by: 'ana@x', ...changes });

  test('are known by themselves alone, and kept as a hash', async () => {
    const { token, id } = await make();
    expect(accounts.tokens.identify(token, '10.0.0.1')).toEqual({ id, name: 'ci', role: 'reports' });
    for (const other of [`${token}x`, token.slice(0, -1), `tb_${id}_`, `tb_${id}`, '', 'tb__', token.toUpperCase()])
      expect(accounts.tokens.identify(other, '10.0.0.1')).toBeNull();
    const file = path.join(folder, 'tokens.json');
    expect(await readFile(file, 'utf8')).not.toContain(token.slice(`tb_${id}_`.length));
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    expect(JSON.stringify(await accounts.tokens.list())).not.toContain('hash');
  });
  test('end by themselves', async () => {
    const { token } = await make({ days: 1 });
    expect(accounts.tokens.identify(token, '', Date.now() + DAY_MS - 1_000)).not.toBeNull();
    expect(accounts.tokens.identify(token, '', Date.now() + DAY_MS + 1_000)).toBeNull();
    expect(accounts.tokens.isLive('ci', Date.now() + DAY_MS + 1_000)).toBe(false);
  });
  test('are nobody once they are revoked, in other processes within two seconds', async () => {
    const other = new TokensFile(folder);
    const { token, id } = await make();
    await other.refresh(0);
    expect(other.identify(token, '')).not.toBeNull();
    expect(await accounts.tokens.revoke(id)).toBe('ci');
    expect(accounts.tokens.identify(token, '')).toBeNull();
    await other.refresh(2_001);
    expect(other.identify(token, '')).toBeNull();
    expect(other.isLive('ci')).toBe(false);
    await expect(accounts.tokens.revoke(id)).rejects.toMatchObject({ code: 'not-found' });
  });
  test('and people are known at once in another process that looked just before', async () => {
    const others = new Accounts(folder, []);
    const log = createLog('silent', 'test');
    const secret = 'a secret of more than thirty-two characters';
    const sessions = new Sessions({ accounts: others, secret, token: null, log });
    const ask = (given: { authorization?: string; cookie?: string }) =>
      sessions.identify({
        authorization: undefined,
        cookie: undefined,
        ...given,
        address: '10.0.0.1',
        isSecure: false,
      });
    await sessions.refresh();
    const { token } = await make();
    expect((await ask({ authorization: `Bearer ${token}` }))?.actor.name).toBe('ci');
    const user = newUser('dana@x', 'viewer', null);
    await accounts.users.update(() => [user]);
    const claims = { email: 'dana@x', role: 'viewer', epoch: user.epoch, sid: 's', signedInAt: Date.now() / 1_000 };
    const cookie = `tailback.session=${await encode({ token: claims, secret, maxAge: 60 })}`;
    expect((await ask({ cookie }))?.actor.name).toBe('dana@x');
  });
  test('have one name each', async () => {
    await make();
    await expect(make()).rejects.toMatchObject({ code: 'conflict' });
  });
  test('tell when and from where they were used, also after a restart', async () => {
    const { token } = await make();
    accounts.tokens.identify(token, '10.0.0.7');
    expect(await accounts.tokens.list()).toMatchObject([{ lastAddress: '10.0.0.7' }]);
    await accounts.tokens.keepUses();
    expect(await new TokensFile(folder).list()).toMatchObject([{ lastAddress: '10.0.0.7', name: 'ci' }]);
  });
  test('are not lost with a file that cannot be read', async () => {
    const { token } = await make();
    await writeFile(path.join(folder, 'tokens.json'), '{');
    await expect(accounts.tokens.refresh(Date.now() + 5_000)).rejects.toThrow('tokens.json');
    expect(accounts.tokens.identify(token, '')).not.toBeNull();
  });
});

describe('the second factor', () => {
  const at = 1_795_540_000_000;
  const { secret, uri } = newSecondFactor('ana@x', 'Tailback PROD');
  const code = (when: number) =>
    new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
      timestamp: when,
    });

  test('is told to authenticators with its name', () => {
    expect(uri).toMatch(/^otpauth:\/\/totp\/Tailback%20PROD:ana%40x\?/);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });
  // The secret "12345678901234567890" and its codes stand in RFC 6238, appendix B (the last six digits of eight).
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ])('agrees with RFC 6238 at %i s', (seconds, expected) => {
    const rfc = Secret.fromLatin1('12345678901234567890').base32;
    expect(stepOfCode(rfc, expected, undefined, seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });
  test('takes a clock that is half a minute off, and no more', () => {
    for (const off of [-30_000, 0, 30_000]) expect(stepOfCode(secret, code(at + off), undefined, at)).not.toBeNull();
    for (const off of [-90_000, 90_000]) expect(stepOfCode(secret, code(at + off), undefined, at)).toBeNull();
  });
  test('takes each code once', () => {
    const step = stepOfCode(secret, code(at), undefined, at);
    expect(stepOfCode(secret, code(at), step ?? 0, at)).toBeNull();
    expect(stepOfCode(secret, code(at + 30_000), step ?? 0, at + 30_000)).not.toBeNull();
  });
  test.each(['', '12345', '1234567', 'abcdef'])('refuses %j', (text) =>
    expect(stepOfCode(secret, text, undefined, at)).toBeNull(),
  );

  test('is asked for after the password, and each code lets one person in', async () => {
    await accounts.people.add('ana@x', 'viewer', 'correct battery staple');
    await accounts.people.change('ana@x', (user) => ({ ...user, totpSecret: secret }));
    const signIn = new SignIn(accounts.users);
    const attempt = (password: string, given: string) => signIn.attempt('ana@x', password, given, '10.0.0.1');
    expect(await attempt('wrong', code(Date.now()))).toEqual({ ok: false, reason: 'wrong' });
    expect(await attempt('correct battery staple', '')).toEqual({ ok: false, reason: 'code-needed' });
    expect(await attempt('correct battery staple', '000000')).toEqual({ ok: false, reason: 'code-wrong' });
    const now = code(Date.now());
    const both = await Promise.all([1, 2].map(() => attempt('correct battery staple', now)));
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    await accounts.people.resetTotp('ana@x');
    expect(await attempt('correct battery staple', '')).toMatchObject({ ok: true });
  });
});

describe('passwords', () => {
  test.each([
    'short',
    'x'.repeat(1_025),
    'aaaaaaaaaaaaaa',
    'abababababab',
    'password123',
    '1q2w3e4r5t6y',
    'passwordpassword',
    'ana.smith@example.com',
    'ana.smith1',
    'tailback ana.smith',
  ])('%j is refused', (password) =>
    expect(() => checkPassword(password, 'ana.smith@example.com')).toThrow('cannot be used'),
  );
  test.each(['correct battery staple', 'Tr0ub4dor&3-and-more', 'ein langes Passwort'])('%j is taken', (password) =>
    expect(() => checkPassword(password, 'ana.smith@example.com')).not.toThrow(),
  );
});

describe('people', () => {
  test('are added with a password that is made', async () => {
    const { email, generated } = await accounts.people.add('Bo@X', 'reports', null);
    expect(email).toBe('bo@x');
    expect(await verifyPassword(generated ?? '', accounts.users.find('bo@x')?.passwordHash ?? '')).toBe(true);
  });
  test.each([
    ['bo@x', 'nobody-knows', 'bad-request'],
    ['not an address', 'viewer', 'bad-request'],
  ])('%s as %s: %s', async (email, role, code) => {
    await expect(accounts.people.add(email, role, null)).rejects.toMatchObject({ code });
  });
  test('are there once', async () => {
    await accounts.people.add('bo@x', 'viewer', null);
    await expect(accounts.people.add('BO@x', 'viewer', null)).rejects.toMatchObject({ code: 'conflict' });
  });
  test('never lose the last administrator', async () => {
    await accounts.people.add('root@x', 'admin', null);
    for (const change of [
      () => accounts.people.remove('root@x'),
      () => accounts.people.disable('root@x'),
      () => accounts.people.setRole('root@x', 'viewer'),
    ])
      await expect(change()).rejects.toMatchObject({ code: 'conflict' });
    await accounts.people.add('second@x', 'admin', null);
    await accounts.people.remove('root@x');
  });
  test('have sessions that end with every change of the account', async () => {
    await accounts.people.add('bo@x', 'viewer', null);
    const session = async (id: string) =>
      accounts.sessions.add({
        id,
        email: 'bo@x',
        at: Date.now(),
        address: '',
        agent: '',
        epoch: accounts.users.find('bo@x')?.epoch ?? 0,
      });
    const live = async () => (await accounts.liveSessions('bo@x')).map(({ id }) => id);
    await session('one');
    await session('two');
    expect((await live()).sort()).toEqual(['one', 'two']);
    await accounts.endSession('one');
    expect(await live()).toEqual(['two']);
    for (const [id, change] of [
      ['three', () => accounts.people.signOut('bo@x')],
      ['four', () => accounts.people.setRole('bo@x', 'operator')],
      ['five', () => accounts.people.resetPassword('bo@x', null)],
      ['six', () => accounts.people.disable('bo@x')],
    ] as const) {
      await session(id);
      await change();
      expect(await live()).toEqual([]);
    }
  });
});
