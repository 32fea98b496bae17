import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Role } from '../domain/permissions';
import type { SignInResult } from '../host';
import { addressGroup } from './address-group';
import { hashPassword, MAX_PASSWORD_LENGTH, verifyPassword } from './password';
import { stepOfCode } from './second-factor';
import type { UsersFile } from './users-file';

/** Failures allowed within `WINDOW_S`; the wait ends with the window, so nobody is locked out for good. */
const LIMITS = { perAccountAndAddress: 10, perAddress: 50 };
const WINDOW_S = 300;
/** Hashing takes 32 MiB and a core each: more at once are turned away. */
const MAX_HASHING = 4;

/** Checks passwords and slows down guessing. */
export class SignIn {
  private readonly byAccount: RateLimiterMemory;
  private readonly byAddress: RateLimiterMemory;
  private hashing = 0;
  /** Hash of nothing that anybody knows: unknown accounts take as long as known ones. */
  private readonly dummy = hashPassword(crypto.randomUUID());

  constructor(
    private readonly users: UsersFile,
    { perAccountAndAddress, perAddress }: typeof LIMITS = LIMITS,
  ) {
    this.byAccount = new RateLimiterMemory({ points: perAccountAndAddress, duration: WINDOW_S });
    this.byAddress = new RateLimiterMemory({ points: perAddress, duration: WINDOW_S });
  }

  /**
   * An unknown account, a disabled one and a wrong password give the same answer after the same time. Only who knows the
   * password learns that a code is needed too.
   * @param code of the second factor; empty when none was given
   */
  async attempt(email: string, password: string, code: string, address: string): Promise<Attempt> {
    if (email.length > 320 || password.length > MAX_PASSWORD_LENGTH || email === '' || password === '')
      return { ok: false, reason: 'wrong' };
    const group = addressGroup(address);
    const accountKey = `${group} ${email.toLowerCase()}`;
    const wait = (await waitSeconds(this.byAddress, group)) ?? (await waitSeconds(this.byAccount, accountKey));
    if (wait !== null) return { ok: false, reason: 'too-many', retryAfterSeconds: wait };
    if (this.hashing >= MAX_HASHING) {
      await this.byAddress.reward(group, 1);
      await this.byAccount.reward(accountKey, 1);
      return { ok: false, reason: 'too-many', retryAfterSeconds: 2 };
    }
    this.hashing += 1;
    try {
      await this.users.look();
      const user = this.users.find(email);
      const fits = await verifyPassword(password, user?.passwordHash ?? (await this.dummy));
      if (!fits || !user || user.isDisabled || user.passwordHash === null) return { ok: false, reason: 'wrong' };
      if (user.totpSecret !== undefined) {
        if (code === '') return { ok: false, reason: 'code-needed' };
        if (!(await this.takeCode(user.email, code))) return { ok: false, reason: 'code-wrong' };
      }
      await this.byAccount.delete(accountKey);
      await this.byAddress.reward(group, 1);
      return { ok: true, email: user.email, role: user.role, epoch: user.epoch };
    } finally {
      this.hashing -= 1;
    }
  }

  /** Uses a code up, under the file's lock: of two that come with the same code one gets in. */
  private async takeCode(email: string, code: string): Promise<boolean> {
    let isTaken = false;
    await this.users.update((all) => {
      const user = all.get(email);
      const step = user?.totpSecret === undefined ? null : stepOfCode(user.totpSecret, code, user.totpUsedStep);
      isTaken = step !== null;
      return user && step !== null ? new Map(all).set(email, { ...user, totpUsedStep: step }).values() : all.values();
    });
    return isTaken;
  }
}

/** As `SignInResult`, before there is a session. */
export type Attempt = { ok: true; email: string; role: Role; epoch: number } | Extract<SignInResult, { ok: false }>;

/** Takes one attempt; `null` when it is allowed, else the seconds to wait. */
async function waitSeconds(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
  }
}
