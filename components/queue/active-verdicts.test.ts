import { expect, test } from 'vitest';
import type { ActiveJob } from '@/lib/domain/active-job';
import { checkWords, worstFirst } from './active-verdicts';

const job = (id: string, verdict: ActiveJob['verdict'], runningMs: number | null = 1): ActiveJob => ({
  ...{ id, name: null, runningMs, hasLock: verdict !== 'lock-gone', lockTtlMs: null, verdict, sentence: '' },
  ...{ worker: null, usualMs: null },
});
const check = (...jobs: ActiveJob[]) => ({ at: 0, p99Ms: null, isCut: false, jobs });

test('jobs without a worker come first, the longest of them before the others', () =>
  expect(
    worstFirst([job('a', 'ok', 9), job('b', 'long', 5), job('c', 'lock-gone', 1), job('d', 'lock-gone', 2)]).map(
      ({ id }) => id,
    ),
  ).toEqual(['d', 'c', 'b', 'a']));
test('the sentence names what is wrong', () => {
  expect(checkWords(check())).toBe('No job is active.');
  expect(checkWords(check(job('a', 'ok')))).toBe('Of 1 job, all are held by a worker.');
  expect(checkWords(check(job('a', 'ok'), job('b', 'lock-gone'), job('c', 'long')))).toBe(
    'Of 3 jobs, 1 is held by no worker any more and 1 takes far longer than usual.',
  );
  expect(
    checkWords(check(job('a', 'worker-gone'), job('b', 'worker-gone'), job('c', 'loop-blocked'), job('d', 'long'))),
  ).toBe('Of 4 jobs, 2 have lost their worker, 1 is in a worker that stands still and 1 takes far longer than usual.');
});
test('a cut list does not speak for all', () =>
  expect(checkWords({ ...check(job('a', 'ok')), isCut: true })).toContain('longest running'));
