import { randomUUID } from 'node:crypto';
import type { Log } from '../config/log';
import type { AuditEntry } from '../domain/audit';
import { messageOf } from '../domain/errors';
import type { SignInAttempt, SignInResult } from '../host';
import type { Accounts } from './accounts';
import type { SignIn } from './sign-in';

type Options = {
  accounts: Accounts;
  signIn: SignIn;
  audit: (entry: Omit<AuditEntry, 'id'>) => Promise<void>;
  log: Log;
};

/** How a password was found: `fits` also where a second factor is still to come. */
export type PasswordCheck = 'fits' | 'wrong' | { retryAfterSeconds: number };

/** Where people come in: checks, and writes down who came and who was turned away. */
export class Door {
  constructor(private readonly options: Options) {}

  async signIn({ email, password, code, address, agent }: SignInAttempt): Promise<SignInResult> {
    const { accounts, signIn } = this.options;
    const result = await signIn.attempt(email, password, code, address);
    if (!result.ok) {
      // Without the code nobody has come to a decision yet.
      if (result.reason !== 'code-needed')
        await this.record(email, 'unknown', address, 'refused', REASONS[result.reason]);
      return result;
    }
    const id = randomUUID();
    const { email: account, role, epoch } = result;
    await accounts.sessions
      .add({ id, email: account, at: Date.now(), address, agent, epoch })
      .catch((error: unknown) => this.options.log.warn({ error: messageOf(error) }, 'sign-in: session not listed'));
    await this.record(account, role, address, 'done', null);
    return { ...result, sessionId: id };
  }

  /** For changes that ask for the password once more. Attempts are limited together with those of signing in. */
  async checkPassword(email: string, password: string, address: string): Promise<PasswordCheck> {
    const result = await this.options.signIn.attempt(email, password, '', address);
    if (result.ok || result.reason === 'code-needed') return 'fits';
    return result.reason === 'too-many' ? { retryAfterSeconds: result.retryAfterSeconds ?? 60 } : 'wrong';
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

const REASONS = {
  wrong: 'wrong address or password',
  'code-wrong': 'wrong code of the second factor',
  'too-many': 'too many attempts',
} as const;
