import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of new hashes (32 MiB, about 0.2 s); each hash carries its own, so these may be raised at any time. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** Bounds on what a hash in the file may ask for, so that an edited file cannot exhaust memory. */
const MAX_COST = { N: 2 ** 18, r: 16, p: 8 };

export const MIN_PASSWORD_LENGTH = 10;
/** Longer ones are refused instead of hashed: a sign-in attempt must stay cheap to turn down. */
export const MAX_PASSWORD_LENGTH = 1_024;

/** @returns `scrypt$N$r$p$salt$key`, salt and key as base64url */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether the password fits; `false` for a hash that cannot be read. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [kind, N, r, p, salt, key] = hash.split('$');
  if (kind !== 'scrypt' || salt === undefined || key === undefined) return false;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  for (const name of ['N', 'r', 'p'] as const)
    if (!Number.isInteger(cost[name]) || cost[name] < 1 || cost[name] > MAX_COST[name]) return false;
  const expected = Buffer.from(key, 'base64url');
  if (expected.length !== KEY_BYTES) return false;
  const actual = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(actual, expected);
}

/** 20 characters without look-alikes, about 115 bits. */
export function generatePassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  let password = '';
  while (password.length < 20) {
    for (const byte of randomBytes(32))
      if (byte < 256 - (256 % alphabet.length) && password.length < 20)
        password += alphabet[byte % alphabet.length] ?? '';
  }
  return password;
}

function derive(password: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // Unicode has several spellings of one text; people type the one of their keyboard.
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
