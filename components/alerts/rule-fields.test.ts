import { expect, test } from 'vitest';
import { alertRuleSchema, type AlertRule } from '@/lib/domain/alert-rule';
import { durationField, EMPTY_RULE, parseDuration, toFields, toRule } from './rule-fields';

test.each([
  ['90s', 90_000],
  ['1h 30m', 5_400_000],
  ['250 ms', 250],
  ['45', 45_000],
  ['1.5m', 90_000],
  ['soon', null],
  ['5m later', null],
  ['', null],
])('%j is %j ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([0, 250, 90_000, 3_600_000, 86_400_000, 90_061_000])('%d ms survive the form', (ms) =>
  expect(parseDuration(durationField(ms))).toBe(ms),
);

const base = { name: 'r', queues: '*', forSeconds: 60, severity: 'warning' as const };
test.each<AlertRule>([
  { ...base, metric: 'backlog', above: 1000, clearBelow: 800 },
  { ...base, metric: 'workers', below: 1, clearAbove: 2, queues: ['a*', 'main/bull/b'], except: ['ab'] },
  { ...base, metric: 'oldestWaitingMs', above: 90_000, note: 'Restart it', enabled: false },
  { ...base, metric: 'backlog', noData: true },
  { ...base, verdict: { severity: 'critical', codes: ['no-workers'] }, channels: ['ops', 'mail'] },
  { ...base, notEmptyBy: '06:00', timeZone: 'Europe/Berlin' },
  { ...base, metric: 'failed', above: 0, escalate: { afterMinutes: 15, severity: 'critical', channels: ['boss'] } },
])('a rule survives the form: %j', (rule) => expect(toRule(toFields(rule)).rule).toEqual(alertRuleSchema.parse(rule)));

test.each([
  { changes: { name: '' }, field: 'name' },
  { changes: { threshold: 'many' }, field: 'threshold' },
  { changes: { threshold: '10', clear: '20' }, field: 'clear' },
  { changes: { lasting: 'a while' }, field: 'lasting' },
  { changes: { kind: 'forecast' as const, notEmptyBy: '25:00' }, field: 'notEmptyBy' },
  { changes: { kind: 'forecast' as const, timeZone: 'Berlin' }, field: 'timeZone' },
  { changes: { escalateAfter: '5' }, field: 'escalateAfter' },
])('what is wrong stands at its field: $changes', ({ changes, field }) => {
  const { errors } = toRule({ ...EMPTY_RULE, name: 'r', ...changes });
  expect(Object.keys(errors ?? {})).toContain(field);
});
