import { describe, expect, test } from 'vitest';
import { operatorMark } from './operator-mark';

const QUEUE = { source: 'main', namespace: 'bull', name: 'mail' };
const entry = (action: string, change: object = {}) => ({
  at: 1_795_511_400_000,
  actor: 'kim@example.test',
  role: 'operator',
  address: '::1',
  action,
  target: 'main/bull/mail',
  jobIds: [],
  jobCount: 0,
  outcome: 'done' as const,
  detail: null,
  ...change,
});
const mark = (action: string, change: object = {}) => operatorMark(entry(action, change), QUEUE, 'id');

describe('what people do is a mark of its kind', () => {
  test.each([
    { action: 'pause', kind: 'pause', text: 'Paused' },
    { action: 'resume', kind: 'resume', text: 'Resumed' },
    { action: 'limit', detail: 'concurrency 2', kind: 'limit', text: 'limit: concurrency 2' },
    { action: 'release rate limit', kind: 'limit', text: 'release rate limit' },
    { action: 'edit scheduler', detail: 'nightly', kind: 'scheduler', text: 'edit scheduler: nightly' },
    { action: 'add scheduler', kind: 'scheduler', text: 'add scheduler' },
    { action: 'dead-letter', jobCount: 12, kind: 'operation', text: 'dead-letter of 12 jobs' },
    { action: 'arena: retry', jobCount: 1, kind: 'operation', text: 'retry of 1 job in Arena' },
  ])('$action: $kind', ({ action, kind, text, ...change }) => {
    expect(mark(action, change)).toMatchObject({ kind, text, by: 'kim@example.test', queue: QUEUE });
  });
  test.each([
    { action: 'limit', change: { outcome: 'refused' }, because: 'it was refused' },
    { action: 'add job', change: {}, because: 'programs do it all day' },
    { action: 'mark', change: {}, because: 'it is one already' },
  ])('not $action: $because', ({ action, change }) => expect(mark(action, change)).toBeNull());
});
