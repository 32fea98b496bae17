import { dictionary } from '@zxcvbn-ts/language-common';
import { AppError } from '../domain/errors';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './password';

/** The passwords that were found most often in breaches; what is shorter than the minimum is refused anyhow. */
const COMMON = new Set(
  (dictionary['passwords-common'] as readonly string[]).filter((word) => word.length >= MIN_PASSWORD_LENGTH / 2),
);

/**
 * Long, and nothing that guessers try first: a password of breaches (also doubled, or with digits and marks around
 * it), the person's own name, or one character over and over. No rules about kinds of characters.
 * @throws AppError `bad-request` with the reason
 */
export function checkPassword(password: string, email: string): void {
  const problem = problemOf(password, email.toLowerCase());
  if (problem === null) return;
  throw new AppError('bad-request', `This password cannot be used: ${problem}.`, {
    invalidParams: [{ path: 'password', message: problem }],
  });
}

function problemOf(password: string, email: string): string | null {
  const { length } = password;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    return `it has ${length} characters; expected ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH}`;
  const text = password.normalize('NFKC').toLowerCase();
  const core = text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const half = text.slice(0, text.length / 2);
  if (COMMON.has(text) || COMMON.has(core) || (half + half === text && COMMON.has(half)))
    return 'it is one of those that are tried first, or built on one';
  if (new Set(text).size < 4) return 'it repeats a few characters';
  const [name = ''] = email.split('@');
  const rest = text
    .replaceAll(email, '')
    .replaceAll(name.length >= 3 ? name : email, '')
    .replaceAll('tailback', '');
  if (rest.length < MIN_PASSWORD_LENGTH / 2) return 'it is little more than your address or the name of this program';
  return null;
}
