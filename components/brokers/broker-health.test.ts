import { expect, test } from 'vitest';
import { memoryOf, policyWarning } from './broker-health';

test('a limit of 0 is no limit', () => {
  expect(memoryOf({ usedMemoryBytes: 5, maxMemoryBytes: 0 })).toEqual({
    used: 5,
    limit: null,
    share: null,
    isUnlimited: true,
  });
});
test('an unknown limit is not “no limit”', () =>
  expect(memoryOf({ usedMemoryBytes: 5, maxMemoryBytes: null }).isUnlimited).toBe(false));
test('the share is of the limit', () => expect(memoryOf({ usedMemoryBytes: 1, maxMemoryBytes: 4 }).share).toBe(0.25));
test('only noeviction is safe for queues', () => {
  expect(policyWarning({ evictionPolicy: 'noeviction' })).toBeNull();
  expect(policyWarning({ evictionPolicy: null })).toBeNull();
  expect(policyWarning({ evictionPolicy: 'volatile-lru' })).not.toBeNull();
});
