import { expect, test } from 'vitest';
import { ruleWords } from './rule-words';

const rule = { name: 'r', queues: '*', forSeconds: 0, severity: 'warning' as const };

test.each([
  {
    given: { ...rule, metric: 'backlog' as const, above: 1000, clearBelow: 800 },
    expected: 'backlog above 1,000; ends at 800 or less',
  },
  {
    given: { ...rule, metric: 'oldestWaitingMs' as const, above: 300_000, forSeconds: 90 },
    expected: 'age of the oldest waiting job above 5 m for 1 m 30 s',
  },
  { given: { ...rule, metric: 'workers' as const, below: 1 }, expected: 'connected workers below 1' },
])('$expected', ({ given, expected }) => expect(ruleWords(given)).toBe(expected));
