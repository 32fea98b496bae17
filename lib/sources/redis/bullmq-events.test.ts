import { expect, test } from 'vitest';
import { compareStreamIds, readStreamEntry } from './bullmq-events';

test.each([
  { fields: ['event', 'added', 'jobId', '1', 'name', 'n'], expected: { at: 5, jobId: '1', type: 'added', name: 'n' } },
  { fields: ['event', 'added', 'jobId', '1'], expected: { at: 5, jobId: '1', type: 'added' } },
  {
    fields: ['event', 'added', 'jobId', '1', 'name', 'n'.repeat(999)],
    expected: { at: 5, jobId: '1', type: 'added', name: 'n'.repeat(200) },
  },
  {
    fields: ['event', 'waiting', 'jobId', '1', 'prev', 'failed'],
    expected: { at: 5, jobId: '1', type: 'waiting', prev: 'failed' },
  },
  { fields: ['event', 'cleaned', 'count', '7'], expected: { at: 5, jobId: '', type: 'removed', count: 7 } },
  { fields: ['event', 'cleaned', 'count', '0'], expected: null },
  { fields: ['event', 'cleaned'], expected: null },
  {
    fields: ['event', 'completed', 'jobId', '1', 'returnvalue', '"event"', 'prev', 'active'],
    expected: { at: 5, jobId: '1', type: 'completed' },
  },
  { fields: ['event', 'waiting-children', 'jobId', '1'], expected: { at: 5, jobId: '1', type: 'waiting-children' } },
  {
    fields: ['event', 'retries-exhausted', 'jobId', '1', 'attemptsMade', '3'],
    expected: { at: 5, jobId: '1', type: 'exhausted', attemptsMade: 3 },
  },
  { fields: ['event', 'retries-exhausted', 'jobId', '1', 'attemptsMade', 'x'], expected: null },
  { fields: ['event', 'drained'], expected: null },
  { fields: ['event', 'progress', 'jobId', '1', 'data', '5'], expected: null },
  { fields: ['event', 'waiting'], expected: null },
  { fields: ['event'], expected: null },
])('$fields is $expected', ({ fields, expected }) => expect(readStreamEntry(['5-3', fields])).toEqual(expected));

test('stream ids are ordered by both of their numbers', () => {
  const ids = ['10-0', '9-5', '9-12', '100-1'];
  expect(ids.sort(compareStreamIds)).toEqual(['9-5', '9-12', '10-0', '100-1']);
});
