import { expect, test } from 'vitest';
import type { HeldJob } from '../sources/source';
import { QueueStalls } from './queue-stalls';

const AT = 1_795_511_400_000;
const QUEUE = { source: 'main', namespace: 'bull', name: 'thumbs' };
const held = (id: string, processedBy: string | null, ranMs: number): HeldJob => ({
  id,
  name: 'crop',
  takenAt: AT - ranMs,
  hasLock: true,
  lockTtlMs: 29_000,
  token: `t-${id}`,
  processedBy,
});
const worker = (name: string) => ({ name, address: `10.0.0.1:${name.length}`, connectedAt: AT - 600_000 });

function holderOf(jobs: HeldJob[], names = ['left', 'right']) {
  const stalls = new QueueStalls();
  const around = { workers: names.map(worker), left: [], slowSpells: [] } as never;
  stalls.look({ queue: QUEUE, at: AT, jobs, lockMs: 30_000 }, around, () => null);
  return stalls.trouble()?.holder;
}

test('the worker that holds all that run longest is named where there are others', () => {
  const slow = [held('1', 'left', 5_000), held('2', 'left', 4_000)];
  expect(holderOf([...slow, held('3', 'right', 100)])).toEqual({ worker: expect.stringContaining('left'), jobs: 2 });
  expect(holderOf([...slow, held('3', 'right', 6_000)])).toBeNull();
  expect(holderOf([held('1', 'left', 5_000)])).toBeNull();
  expect(holderOf([held('1', null, 5_000), held('2', null, 4_000)])).toBeNull();
  expect(holderOf(slow, ['left'])).toBeNull();
});
