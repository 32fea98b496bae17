import { AppError } from '../../domain/errors';
import type { Actor } from '../../domain/permissions';
import type { ApiContext } from './context';

/**
 * Asks for the person's password once more: an open session is not enough for some things, its owner may have left the
 * desk. Attempts count as those of signing in.
 * @throws AppError `bad-request` when it is wrong, `too-many-requests`
 */
export async function confirmPassword(
  { checkPassword }: Pick<ApiContext, 'checkPassword'>,
  actor: Actor,
  password: string,
): Promise<void> {
  const result = await checkPassword(actor.name, password, actor.address);
  if (result === 'fits') return;
  if (result === 'wrong')
    throw new AppError('bad-request', 'The password is wrong.', {
      invalidParams: [{ path: 'password', message: 'The password is wrong.' }],
    });
  throw new AppError('too-many-requests', `Too many attempts. Try again in ${result.retryAfterSeconds} s.`);
}
