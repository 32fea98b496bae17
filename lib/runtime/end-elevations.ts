import type { Accounts } from '../auth/accounts';
import type { StoredElevation } from '../auth/elevations-file';
import type { Log } from '../config/log';
import type { AuditEntry } from '../domain/audit';
import { messageOf } from '../domain/errors';

const EVERY_MS = 2_000;

type Options = {
  accounts: Accounts;
  audit: (entry: Omit<AuditEntry, 'id'>) => Promise<void>;
  log: Log;
};

/**
 * Writes down the end of each raised role whose time is over or whose session has ended. That it has ended does not
 * hang on this: a session is asked for its role at each request.
 * @returns a function that stops it
 */
export function endElevations({ accounts, audit, log }: Options): () => void {
  const hasEnded = ({ session, email }: StoredElevation): boolean => {
    const user = accounts.users.find(email);
    return accounts.ended.has(session) || user === null || user.isDisabled;
  };
  const look = async () => {
    for (const ended of await accounts.elevations.takeEnded(hasEnded)) {
      const why = ended.until <= Date.now() ? 'its time was over' : 'the session ended';
      await audit(endOfElevation(ended, why)).catch(() => undefined);
    }
  };
  const timer = setInterval(
    () => void look().catch((error: unknown) => log.error({ error: messageOf(error) }, 'raised roles')),
    EVERY_MS,
  );
  return () => clearInterval(timer);
}

function endOfElevation({ email, address, from, to }: StoredElevation, why: string): Omit<AuditEntry, 'id'> {
  return {
    at: Date.now(),
    actor: email,
    role: from,
    address,
    action: 'raised role ended',
    target: email,
    jobIds: [],
    jobCount: 0,
    outcome: 'done',
    detail: `${to}, back to ${from}: ${why}`,
  };
}
