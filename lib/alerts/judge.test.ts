import { expect, test } from 'vitest';
import { judge, type RuleState } from './judge';

type Rule = Parameters<typeof judge>[0];

const START = 1_000_000;
const SECOND = 1_000;

/** Phases after each value, checked every `everySeconds`; a value of `null` is unknown. `–` is calm. */
function phases(rule: Rule, values: (number | null)[], everySeconds = 30, calmForMs = 0): string[] {
  let state: RuleState | null = null;
  return values.map((value, index) => {
    state = judge(rule, state, value, START + index * everySeconds * SECOND, calmForMs);
    if (!state) return '–';
    return state.staleSince !== null ? `${state.phase}?` : state.phase;
  });
}

const above: Rule = { above: 1000, forSeconds: 0 };

test.each<{ because: string; rule: Rule; values: (number | null)[]; expected: string[]; calmForMs?: number }>([
  { because: 'exactly at the bound is not above it', rule: above, values: [1000, 1001], expected: ['–', 'firing'] },
  {
    because: 'without forSeconds it fires at once and resolves at the bound',
    rule: above,
    values: [1001, 5000, 1000, 1000],
    expected: ['firing', 'firing', 'resolved', '–'],
  },
  {
    because: 'with forSeconds it fires only after it has held for so long',
    rule: { above: 1000, forSeconds: 60 },
    values: [1001, 1001, 1001, 1001],
    expected: ['pending', 'pending', 'firing', 'firing'],
  },
  {
    because: 'a pending one that goes back was nothing, and begins anew',
    rule: { above: 1000, forSeconds: 60 },
    values: [1001, 1001, 999, 1001, 1001, 1001],
    expected: ['pending', 'pending', '–', 'pending', 'pending', 'firing'],
  },
  {
    because: 'between clearBelow and above a firing one goes on, a calm one stays calm',
    rule: { above: 1000, clearBelow: 800, forSeconds: 0 },
    values: [900, 1001, 999, 1001, 801, 800, 999],
    expected: ['–', 'firing', 'firing', 'firing', 'firing', 'resolved', '–'],
  },
  {
    because: 'below is below',
    rule: { below: 1, forSeconds: 0 },
    values: [1, 0, 1],
    expected: ['–', 'firing', 'resolved'],
  },
  {
    because: 'unknown is not zero: it neither fires "below" nor resolves "above"',
    rule: { below: 1, forSeconds: 0 },
    values: [null, null],
    expected: ['–', '–'],
  },
  {
    because: 'an unknown value keeps a firing one, marked',
    rule: above,
    values: [1001, null, null, 1001, null, 5],
    expected: ['firing', 'firing?', 'firing?', 'firing', 'firing?', 'resolved'],
  },
  {
    because: 'an unknown value does not let a pending one fire',
    rule: { above: 1000, forSeconds: 60 },
    values: [1001, null, null, null, 1001],
    expected: ['pending', 'pending?', 'pending?', 'pending?', 'firing'],
  },
  {
    because: 'one that must stay calm resolves only when it does',
    rule: above,
    values: [1001, 999, 1001, 999, 999, 999, 999],
    expected: ['firing', 'firing', 'firing', 'firing', 'firing', 'resolved', '–'],
    calmForMs: 60 * SECOND,
  },
])('$because', ({ rule, values, expected, calmForMs }) =>
  expect(phases(rule, values, 30, calmForMs)).toEqual(expected),
);

test('since is the beginning of the condition, firedAt the end of the wait', () => {
  const rule: Rule = { above: 10, forSeconds: 60 };
  let state = judge(rule, null, 11, START);
  state = judge(rule, state, 12, START + 30 * SECOND);
  state = judge(rule, state, 13, START + 60 * SECOND);
  expect(state).toMatchObject({
    phase: 'firing',
    since: START,
    firedAt: START + 60 * SECOND,
    resolvedAt: null,
    value: 13,
  });
  state = judge(rule, state, 3, START + 90 * SECOND);
  expect(state).toMatchObject({
    phase: 'resolved',
    since: START,
    firedAt: START + 60 * SECOND,
    resolvedAt: START + 90 * SECOND,
    value: 3,
  });
});

test('a new incident after a resolved one begins anew', () => {
  const resolved = judge(above, judge(above, null, 2000, START), 0, START + SECOND);
  expect(judge(above, resolved, 2000, START + 2 * SECOND)).toMatchObject({
    phase: 'firing',
    since: START + 2 * SECOND,
  });
});

test('a stale one keeps its last known value', () => {
  expect(judge(above, judge(above, null, 2000, START), null, START + SECOND)).toMatchObject({
    value: 2000,
    staleSince: START + SECOND,
  });
});
