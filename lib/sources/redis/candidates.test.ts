import { expect, test } from 'vitest';
import { Candidates } from './candidates';

/** Names all bases, takes what comes, rejects it, look after look. */
function looksUntil(candidates: Candidates, wanted: string, bases: readonly string[]): number {
  for (let look = 1; look <= 100; look += 1) {
    for (const base of bases) candidates.addLookalike(base, false, look);
    for (const { base } of candidates.take()) {
      if (base === wanted) return look;
      candidates.reject(base, look);
    }
  }
  return Infinity;
}

test('a family with thousands of look-alikes does not hide another family’s queue', () => {
  const foreign = Array.from({ length: 5_000 }, (_, n) => `user:${n}`);
  expect(looksUntil(new Candidates(), 'jobs:mail', [...foreign, 'jobs:mail'])).toBe(1);
});

test('a family that brought 500 look-alikes and no queue is looked at slowly, one with a queue is not', () => {
  const family = Array.from({ length: 1_000 }, (_, n) => `user:${n}`);
  const taken = (acceptsFirst: boolean) => {
    const candidates = new Candidates();
    for (let look = 0; look < 4; look += 1) {
      for (const base of family) candidates.addLookalike(base, false, look);
      for (const [index, { base }] of candidates.take().entries()) {
        if (acceptsFirst && index === 0) candidates.accept(base);
        else candidates.reject(base, look);
      }
    }
    for (const base of family) candidates.addLookalike(base, false, 5);
    return candidates.take().length;
  };
  expect(taken(false)).toBe(10);
  expect(taken(true)).toBeGreaterThan(100);
});

test('what an event or a worker names comes before all look-alikes', () => {
  const candidates = new Candidates();
  for (let n = 0; n < 1_000; n += 1) candidates.addLookalike(`user:${n}`, false, 0);
  candidates.addCertain('bull:mail', true);
  expect(candidates.take()[0]).toEqual({ base: 'bull:mail', isNew: true });
});

test('a base that was looked at before is not new, unless its queue went in between', () => {
  const candidates = new Candidates();
  candidates.reject('bull:mail', 0);
  candidates.addCertain('bull:mail', true);
  expect(candidates.take()).toEqual([{ base: 'bull:mail', isNew: false }]);
  candidates.forget('bull:mail');
  candidates.addCertain('bull:mail', true);
  expect(candidates.take()).toEqual([{ base: 'bull:mail', isNew: true }]);
});
