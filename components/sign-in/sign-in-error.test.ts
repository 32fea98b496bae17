import { expect, test } from 'vitest';
import { signInSentence } from './sign-in-error';

test('the wait is named', () =>
  expect(signInSentence('too-many:90')).toBe('Too many attempts. Try again in 1 m 30 s.'));
test('a wrong password does not say which of the two is wrong', () =>
  expect(signInSentence('CredentialsSignin')).toMatch(/or the password/));
test('an unknown code is not shown to people', () => expect(signInSentence('<b>x</b>')).not.toContain('<b>'));
