import type { Config } from '../config/config';
import { generatePassword, hashPassword, verifyPassword } from './password';
import { newUser, type User, type UsersFile } from './users-file';

/**
 * Makes sure that somebody can sign in. With `TAILBACK_ADMIN_PASSWORD` set, that account has this password and the
 * admin role at every start (a different password ends its sessions); without it, an account is generated when there
 * is no user at all.
 * @returns the generated password, to be shown to a person once, or `null`
 */
export async function ensureFirstAdmin(
  users: UsersFile,
  { adminEmail, adminPassword }: Pick<Config, 'adminEmail' | 'adminPassword'>,
): Promise<string | null> {
  await users.look();
  const known = users.find(adminEmail);
  if (adminPassword === null) {
    if (users.list().length > 0) return null;
    const password = generatePassword();
    const passwordHash = await hashPassword(password);
    let isCreated = false;
    await users.update((all) => {
      // Another process may have been first.
      isCreated = all.size === 0;
      return isCreated ? [newUser(adminEmail, 'admin', passwordHash)] : all.values();
    });
    return isCreated ? password : null;
  }
  if (
    known &&
    known.role === 'admin' &&
    !known.isDisabled &&
    (await verifyPassword(adminPassword, known.passwordHash ?? ''))
  )
    return null;
  const passwordHash = await hashPassword(adminPassword);
  await users.update((all) => {
    const before = all.get(adminEmail);
    const after: User = before
      ? { ...before, passwordHash, role: 'admin', isDisabled: false, epoch: before.epoch + 1 }
      : newUser(adminEmail, 'admin', passwordHash);
    return new Map(all).set(adminEmail, after).values();
  });
  return null;
}
