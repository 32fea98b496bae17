import { Secret, TOTP } from 'otpauth';

const PERIOD_S = 30;
/** Steps before and after the current one that are taken too: clocks of phones differ. */
const WINDOW = 1;

/** A new secret (160 bits, base32) and the address that authenticator programs read (RFC 6238: SHA-1, 6 digits, 30 s). */
export function newSecondFactor(email: string, issuer: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 });
  return { secret: secret.base32, uri: totpOf(secret.base32, email, issuer).toString() };
}

/**
 * The time step that `code` belongs to, `null` when it is wrong or was used: `usedStep` is the last one used, and each
 * is good once.
 */
export function stepOfCode(
  secret: string,
  code: string,
  usedStep: number | undefined,
  now = Date.now(),
): number | null {
  const digits = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return null;
  const delta = totpOf(secret, '', '').validate({ token: digits, timestamp: now, window: WINDOW });
  if (delta === null) return null;
  const step = Math.floor(now / 1_000 / PERIOD_S) + delta;
  return usedStep !== undefined && step <= usedStep ? null : step;
}

function totpOf(secret: string, label: string, issuer: string): TOTP {
  return new TOTP({ secret: Secret.fromBase32(secret), label, issuer, algorithm: 'SHA1', digits: 6, period: PERIOD_S });
}
