import { expect, test } from 'vitest';
import type { Stall } from '@/lib/domain/stall';
import { groupStalls } from './stall-groups';

const stall = (name: string | null, worker: string | null, cause: Stall['cause'] = 'worker-gone'): Stall => ({
  ...{ at: 0, jobId: '1', sentence: '', name, worker, cause },
});

test('stalls are counted by cause, name and worker, and what is not known is told apart', () => {
  const groups = groupStalls([
    stall('resize', 'a'),
    stall('resize', null),
    stall('mail', null, 'loop-blocked'),
    stall('resize', 'a'),
  ]);
  expect(groups.causes).toEqual([
    { cause: 'worker-gone', count: 3 },
    { cause: 'loop-blocked', count: 1 },
  ]);
  expect(groups.names.map(({ label, count }) => [label, count])).toEqual([
    ['resize', 3],
    ['mail', 1],
  ]);
  expect(groups.workers.map(({ label, count }) => [label, count])).toEqual([
    ['a', 2],
    [null, 2],
  ]);
});
