import { expect, test } from 'vitest';
import { outcomeOf } from './outcome';

const ok = (id: string) => ({ id, ok: true, state: 'waiting' });
const taken = (id: string) => ({ id, ok: false, state: 'waiting', code: 'already-done', detail: 'x' });

test('all done is said in one sentence', () => {
  expect(outcomeOf('retry', [ok('1'), ok('2')])).toEqual({ tone: 'success', title: '2 jobs retried', reasons: [] });
});

test('what somebody else did first is told apart, with its ids', () => {
  const outcome = outcomeOf('retry', [ok('1'), taken('2'), taken('3')]);
  expect(outcome.title).toBe('1 of 3 jobs retried');
  expect(outcome.tone).toBe('warning');
  expect(outcome.reasons).toEqual([{ text: 'already done by someone else', ids: ['2', '3'] }]);
});

test('the server’s reason is kept for everything else', () => {
  const outcome = outcomeOf('remove', [
    { id: '9', ok: false, state: 'active', code: 'unsupported', detail: 'A worker holds it.' },
  ]);
  expect(outcome).toEqual({
    tone: 'error',
    title: 'None of 1 job removed',
    reasons: [{ text: 'A worker holds it.', ids: ['9'] }],
  });
});
