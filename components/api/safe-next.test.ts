import { expect, test } from 'vitest';
import { safeNext } from './safe-next';

test.each([
  {
    next: '/queues/abc?state=failed#x',
    expected: '/queues/abc?state=failed#x',
    because: 'a path of our own is kept whole',
  },
  { next: null, expected: '/', because: 'nothing asked for is the overview' },
  { next: 'https://evil.example/', expected: '/', because: 'another origin is refused' },
  { next: '//evil.example/x', expected: '/', because: 'a scheme-relative address is another origin' },
  { next: '/\\evil.example', expected: '/', because: 'browsers read a backslash as a slash' },
  { next: '/.//evil.example', expected: '/', because: 'a normalised path must not become scheme-relative' },
  { next: 'javascript:alert(1)', expected: '/', because: 'a script is not a path' },
  { next: '/sign-in?next=/', expected: '/', because: 'the sign-in page would loop' },
])('$because', ({ next, expected }) => expect(safeNext(next, 'http://10.0.0.5:3000')).toBe(expected));
