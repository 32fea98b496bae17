import { AppError } from '../domain/errors';
import type { Role } from '../domain/permissions';
import { generatePassword, hashPassword } from './password';
import { checkPassword } from './password-rules';
import { newUser, type User, type UsersFile } from './users-file';

/** What changes people's accounts, for the command line and the screens alike. */
export class People {
  /** @param isRole whether a role exists */
  constructor(
    private readonly users: UsersFile,
    private readonly isRole: (role: Role) => boolean,
  ) {}

  /** Everybody, by address. */
  async list(): Promise<User[]> {
    await this.users.look();
    return this.users.list();
  }

  /**
   * @param password `null`: one is generated and returned
   * @throws AppError `conflict` when the person exists, `bad-request` for a bad address, role or password
   */
  async add(email: string, role: Role, password: string | null): Promise<{ email: string; generated: string | null }> {
    const address = checkedEmail(email);
    this.checkRole(role);
    const { hash, generated } = await toHash(password, address);
    await this.users.update((all) => {
      if (all.has(address)) throw new AppError('conflict', `${address} exists already.`);
      return [...all.values(), newUser(address, role, hash)];
    });
    return { email: address, generated };
  }

  /** Ends all sessions. @returns the password when it was generated */
  async resetPassword(email: string, password: string | null): Promise<string | null> {
    await this.users.look();
    const { hash, generated } = await toHash(password, this.known(email).email);
    await this.change(email, (user) => ({ ...user, passwordHash: hash, epoch: user.epoch + 1 }));
    return generated;
  }

  /** Ends all sessions. */
  setRole(email: string, role: Role): Promise<void> {
    this.checkRole(role);
    return this.change(email, (user) => ({ ...user, role, epoch: user.epoch + 1 }));
  }

  /** Ends all sessions, keeps the account. */
  disable(email: string): Promise<void> {
    return this.change(email, (user) => ({ ...user, isDisabled: true, epoch: user.epoch + 1 }));
  }

  enable(email: string): Promise<void> {
    return this.change(email, (user) => ({ ...user, isDisabled: false }));
  }

  signOut(email: string): Promise<void> {
    return this.change(email, (user) => ({ ...user, epoch: user.epoch + 1 }));
  }

  remove(email: string): Promise<void> {
    return this.change(email, () => null);
  }

  /** Takes the second factor away, for somebody who lost it. Ends all sessions. */
  resetTotp(email: string): Promise<void> {
    return this.change(email, ({ totpSecret: _, totpUsedStep: __, ...user }) => ({ ...user, epoch: user.epoch + 1 }));
  }

  /**
   * Changes or (with `null`) removes one person; never leaves Tailback without an enabled administrator.
   * @throws AppError `not-found`, `conflict`
   */
  async change(email: string, toNext: (user: User) => User | null): Promise<void> {
    await this.users.update((all) => {
      const before = all.get(email.toLowerCase());
      if (!before) throw noSuchPerson(email);
      const after = toNext(before);
      const next = new Map(all);
      if (after) next.set(before.email, after);
      else next.delete(before.email);
      if (isAdmin(before) && ![...next.values()].some(isAdmin))
        throw new AppError('conflict', `${before.email} is the last enabled administrator. Make another one first.`);
      return next.values();
    });
  }

  private known(email: string): User {
    const user = this.users.find(email);
    if (!user) throw noSuchPerson(email);
    return user;
  }

  private checkRole(role: Role): void {
    if (this.isRole(role)) return;
    throw new AppError('bad-request', `There is no role "${role}".`, {
      invalidParams: [{ path: 'role', message: 'expected viewer, operator, admin or a role of the configuration' }],
    });
  }
}

async function toHash(password: string | null, email: string): Promise<{ hash: string; generated: string | null }> {
  if (password !== null) checkPassword(password, email);
  const generated = password === null ? generatePassword() : null;
  return { hash: await hashPassword(password ?? generated ?? ''), generated };
}

function isAdmin(user: User): boolean {
  return user.role === 'admin' && !user.isDisabled;
}

function checkedEmail(email: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320)
    throw new AppError('bad-request', `"${email.slice(0, 100)}" is no e-mail address.`, {
      invalidParams: [{ path: 'email', message: 'expected an address such as ops@example.com' }],
    });
  return email.toLowerCase();
}

function noSuchPerson(email: string): AppError {
  return new AppError('not-found', `There is no person ${email}.`);
}
