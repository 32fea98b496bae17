import { expect, test } from 'vitest';
import { csvPath, exportName, rangeWords } from './export-words';

const RANGE = { from: Date.UTC(2026, 2, 5, 22), to: Date.UTC(2026, 2, 5, 23), stepMs: 30_000 };

test('names of queues and jobs cannot leave the folder', () =>
  expect(exportName(['../../etc', 'a/b\\c\u202e', 'Run time'], RANGE)).toBe('etc_a-b-c-_run-time_20260305t2200z'));
test('the range is said with its zone and step', () =>
  expect(rangeWords(RANGE, 'utc', 'en-GB')).toMatch(/5 Mar 2026.*22:00.*23:00.*UTC, 30 s steps/));
test('a job name cannot add parameters', () => {
  const query = new URL(csvPath('KEY', RANGE, ['runMs.p50', 'failed'], 'a&step=1#'), 'http://x').searchParams;
  expect(Object.fromEntries(query)).toEqual({
    metrics: 'runMs.p50,failed',
    from: String(RANGE.from),
    to: String(RANGE.to),
    step: '30000',
    name: 'a&step=1#',
  });
});
