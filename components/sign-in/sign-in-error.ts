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
  const bySso = SSO_SENTENCES[code];
  if (bySso !== undefined) return bySso;
  if (code === 'SessionRequired') return 'Sign in to go on.';
  return 'Signing in did not work. Try again; if it lasts, the log of the web process says why.';
}

/** Why somebody whom the identity provider vouches for did not come in. */
const SSO_SENTENCES: Record<string, string | undefined> = {
  'no-email': 'Your identity provider did not tell your e-mail address. Ask its administrator to release it.',
  'email-not-verified': 'Your identity provider has not verified your e-mail address yet. Verify it there first.',
  domain: 'Your e-mail domain may not sign in here. An administrator can add it under “oidc.allowedDomains”.',
  'no-role': 'None of your groups has a role here. Ask an administrator of Tailback which group you need.',
  taken:
    'An account of your address exists here and signs in otherwise. Sign in with its password, or ask an administrator to remove it.',
  disabled: 'Your account is disabled. Ask an administrator of Tailback.',
  OAuthSignin: 'The identity provider does not answer. Try again, or sign in with a password.',
  OAuthCallback:
    'The identity provider’s answer could not be used. Try again; if it lasts, the log of the web process says why.',
  Callback: 'Signing in was broken off. Try again.',
};
