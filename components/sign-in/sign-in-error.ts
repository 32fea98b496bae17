import { formatDuration } from '../format/duration';

/**
 * What the sign-in library's error means to a person.
 * @param code `too-many:<seconds>`, `CredentialsSignin`, or anything else that went wrong
 */
export function signInSentence(code: string): string {
  const tooMany = /^too-many(?::(\d+))?$/.exec(code);
  if (tooMany) return `Too many attempts. Try again in ${formatDuration(Number(tooMany[1] ?? 60) * 1000)}.`;
  if (code === 'CredentialsSignin') return 'The e-mail address or the password is wrong.';
  if (code === 'code-needed') return 'Enter the code that your authenticator shows.';
  if (code === 'code-wrong') return 'The code does not fit, or was used already. Wait for the next one.';
  if (code === 'SessionRequired') return 'Sign in to go on.';
  return 'Signing in did not work. Try again; if it lasts, the log of the web process says why.';
}
