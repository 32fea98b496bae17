import { expect, test } from 'vitest';
import { withoutId } from './without-id';

test.each([
  ['Job 1 is active: retried 11 times in 1 s.', '1', 'Job … is active: retried 11 times in 1 s.'],
  ['Missing key for job 5. reprocessJob', '5', 'Missing key for job …. reprocessJob'],
  ['The data of job deep is nested 1000 levels deep.', 'deep', 'The data of job … is nested 1000 levels deep.'],
  ['job 12 is not job 1', '1', 'job 12 is not job …'],
  ['job a.*(b is gone', 'a.*(b', 'job … is gone'],
])('%s, of %s', (message, id, expected) => expect(withoutId(message, id)).toBe(expected));
