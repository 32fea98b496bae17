import { randomUUID } from 'node:crypto';
import type { OidcConfig } from '../config/config';
import type { Log } from '../config/log';
import type { AuditEntry } from '../domain/audit';
import { messageOf } from '../domain/errors';
import type { Role } from '../domain/permissions';
import type { OidcArrival, SignInAttempt, SignInRefusal, SignInResult } from '../host';
import type { Accounts } from './accounts';
import { admit } from './oidc-claims';
import type { SignIn } from './sign-in';
import { newUser } from './users-file';

type Options = {
  accounts: Accounts;
  signIn: SignIn;
  oidc: OidcConfig | null;
  audit: (entry: Omit<AuditEntry, 'id'>) => Promise<void>;
  log: Log;
};

/** How a password was found: `fits` also where a second factor is still to come. */
export type PasswordCheck = 'fits' | 'wrong' | { retryAfterSeconds: number };

/** Where people come in: checks, and writes down who came and who was turned away. */
export class Door {
  constructor(private readonly options: Options) {}

  async signIn({ email, password, code, address, agent }: SignInAttempt): Promise<SignInResult> {
    const result = await this.options.signIn.attempt(email, password, code, address);
    if (!result.ok) {
      // Without the code nobody has come to a decision yet.
      if (result.reason !== 'code-needed') await this.refuse(email, address, result.reason);
      return result;
    }
    const { email: account, role, epoch } = result;
    return { ...result, sessionId: await this.open({ email: account, role, epoch, address, agent }) };
  }

  /**
   * Who comes by the identity provider gets an account here at the first time, and the role of the groups at each.
   * An account with a password is never taken over: whoever can choose an address at the provider could become its owner.
   */
  async signInByOidc({ claims, address, agent }: OidcArrival): Promise<SignInResult> {
    const { accounts, oidc } = this.options;
    if (!oidc) return { ok: false, reason: 'wrong' };
    const admitted = admit(oidc, claims);
    const claimed = typeof claims['email'] === 'string' ? claims['email'] : 'unknown';
    if ('refused' in admitted) return this.refuse(claimed, address, admitted.refused);
    const { email, role, subject } = admitted;
    const link = { issuer: oidc.issuer, subject };
    let reason: SignInRefusal | null = null;
    await accounts.users.update((all) => {
      const before = all.get(email);
      if (before && (before.oidc?.issuer !== link.issuer || before.oidc.subject !== link.subject)) reason = 'taken';
      else if (before?.isDisabled) reason = 'disabled';
      if (reason !== null || before?.role === role) return all.values();
      const after = before
        ? { ...before, role, epoch: before.epoch + 1 }
        : { ...newUser(email, role, null), oidc: link };
      return new Map(all).set(email, after).values();
    });
    if (reason !== null) return this.refuse(email, address, reason);
    const epoch = accounts.users.find(email)?.epoch ?? 0;
    return { ok: true, email, role, epoch, sessionId: await this.open({ email, role, epoch, address, agent }) };
  }

  /** For changes that ask for the password once more. Attempts are limited together with those of signing in. */
  async checkPassword(email: string, password: string, address: string): Promise<PasswordCheck> {
    const result = await this.options.signIn.attempt(email, password, '', address);
    if (result.ok || result.reason === 'code-needed') return 'fits';
    return result.reason === 'too-many' ? { retryAfterSeconds: result.retryAfterSeconds ?? 60 } : 'wrong';
  }

  /** @returns the new session's id */
  private async open(who: {
    email: string;
    role: Role;
    epoch: number;
    address: string;
    agent: string;
  }): Promise<string> {
    const { role, ...session } = who;
    const id = randomUUID();
    await this.options.accounts.sessions
      .add({ id, at: Date.now(), ...session })
      .catch((error: unknown) => this.options.log.warn({ error: messageOf(error) }, 'sign-in: session not listed'));
    await this.record(who.email, role, who.address, 'done', null);
    return id;
  }

  private async refuse(email: string, address: string, reason: SignInRefusal): Promise<SignInResult> {
    await this.record(email, 'unknown', address, 'refused', REASONS[reason]);
    return { ok: false, reason };
  }

  private async record(
    actor: string,
    role: string,
    address: string,
    outcome: AuditEntry['outcome'],
    detail: string | null,
  ): Promise<void> {
    const entry = { at: Date.now(), actor, role, address, action: 'sign in', target: 'Tailback', outcome, detail };
    // With the store down people still come in to read: the log keeps what the store cannot.
    await this.options.audit({ ...entry, jobIds: [], jobCount: 0 }).catch(() => undefined);
  }
}

const REASONS: Record<SignInRefusal, string> = {
  'code-needed': 'the code of the second factor is missing',
  'no-email': 'the identity provider told no address',
  'email-not-verified': 'the identity provider has not verified the address',
  domain: 'the domain is not allowed',
  'no-role': 'no group of this person has a role',
  taken: 'the address belongs to an account that signs in otherwise',
  disabled: 'the account is disabled',
  wrong: 'wrong address or password',
  'code-wrong': 'wrong code of the second factor',
  'too-many': 'too many attempts',
};
