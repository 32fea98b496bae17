import { expect, test } from 'vitest';
import type { AlertRule } from '../domain/alert-rule';
import type { Series } from '../domain/series';
import { Deadlines } from './deadlines';
import { replay, replayNeeds, replaySteps } from './replay';

const MINUTE = 60_000;
const rule = (change: Partial<AlertRule> = {}): AlertRule => ({
  name: 'r',
  queues: '*',
  metric: 'backlog',
  above: 1000,
  forSeconds: 0,
  severity: 'warning',
  ...change,
});
/** A series with one value a minute, the highest and the last alike unless `last` is given. */
const gauge = (values: (number | null)[], last = values): Series => ({
  from: 0,
  to: values.length * MINUTE,
  stepMs: MINUTE,
  gaps: [],
  partial: [],
  unfinishedFrom: null,
  series: { 'depth.backlog': values, 'depth.backlog:last': last },
});
const run = (one: AlertRule, series: Series) => replay(one, replaySteps(one, series, new Deadlines()));

test('says when it would have fired, for how long, and how bad it got', () =>
  expect(run(rule(), gauge([0, 1001, 5000, 900, 0, 2000])).episodes).toEqual([
    { firedAt: MINUTE, resolvedAt: 3 * MINUTE, peak: 5000 },
    { firedAt: 5 * MINUTE, resolvedAt: null, peak: 2000 },
  ]));
test('keeps to the hysteresis, within a minute too', () => {
  const flapping = gauge(Array<number>(60).fill(1001), Array<number>(60).fill(999));
  expect(run(rule({ clearBelow: 800 }), flapping).episodes).toHaveLength(1);
  expect(run(rule(), flapping).episodes).toHaveLength(60);
});
test('waits for as long as the rule does', () =>
  expect(run(rule({ forSeconds: 120 }), gauge([2000, 0, 2000, 2000, 2000, 0])).episodes).toEqual([
    { firedAt: 4 * MINUTE, resolvedAt: 5 * MINUTE, peak: 2000 },
  ]));
test('where nothing is known it neither begins nor ends, and says how much that is', () =>
  expect(run(rule(), gauge([2000, null, null, 0]))).toEqual({
    episodes: [{ firedAt: 0, resolvedAt: 3 * MINUTE, peak: 2000 }],
    unknownMs: 2 * MINUTE,
  }));
test('counters are per minute whatever the step is', () => {
  const series = { ...gauge([]), stepMs: 10 * MINUTE, to: 10 * MINUTE, series: { failed: [50] } };
  expect(run(rule({ metric: 'failedPerMinute', above: 4 }), series).episodes).toMatchObject([{ peak: 5 }]);
  expect(run(rule({ metric: 'failedPerMinute', above: 5 }), series).episodes).toEqual([]);
});
test.each([
  {
    because: 'verdicts are not kept',
    one: { ...rule(), metric: undefined, above: undefined, verdict: { severity: 'info' } },
  },
  { because: 'nor what could not be read', one: { ...rule(), above: undefined, noData: true } },
  { because: 'nor brokers', one: rule({ metric: 'brokerMemoryPercent' }) },
])('says that it cannot: $because', ({ one }) => expect(replayNeeds(one as AlertRule)).toHaveProperty('cannot'));
