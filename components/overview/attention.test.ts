import { expect, test } from 'vitest';
import type { Alert } from '@/lib/domain/alert';
import type { Verdict } from '@/lib/domain/queue';
import { aQueue } from '../testing/a-queue';
import { attentionOf } from './attention';

const verdict = (code: Verdict['code'], severity: Verdict['severity'], since: number, action?: string): Verdict => ({
  code,
  severity,
  since,
  sentence: code,
  evidence: [],
  under: [],
  actions: action ? [{ label: action, action }] : [],
});
const alert = (state: Alert['state']): Alert => {
  const { id, key } = aQueue();
  return {
    id: `alert-${state}`,
    rule: 'Backlog',
    severity: 'critical',
    queue: id,
    source: id.source,
    queueKey: key,
    watch: 'metric',
    metric: 'backlog',
    state,
    since: 50,
    firedAt: 50,
    resolvedAt: null,
    value: 2000,
    threshold: 1000,
    isStale: false,
    sentence: 'too many',
    incidentId: null,
  };
};

test('all that is wrong with a queue is one line, the worst first', () => {
  const queue = aQueue({
    verdicts: [
      verdict('failing', 'warning', 90),
      verdict('stalled', 'warning', 10),
      verdict('no-workers', 'critical', 99),
    ],
  });
  const [item, ...others] = attentionOf([queue], [alert('firing')]);
  expect(others).toEqual([]);
  expect(item).toMatchObject({ sentence: 'no-workers', also: ['failing', 'stalled'], rules: ['Backlog'], since: 10 });
});

test('an alert makes a mild verdict critical, and stands alone where there is none', () => {
  const queue = aQueue({ verdicts: [verdict('burst', 'info', 90)] });
  expect(attentionOf([queue], [alert('firing')])).toMatchObject([{ severity: 'critical', sentence: 'burst' }]);
  expect(attentionOf([], [alert('firing')])).toMatchObject([{ severity: 'critical', sentence: 'too many' }]);
});

test('of equal severity, more jobs at stake come first, but ten more or less change nothing', () => {
  const inTrouble = (name: string, backlog: number, since: number) =>
    aQueue({ name, backlog, verdicts: [verdict('no-workers', 'critical', since)] });
  const names = (...queues: ReturnType<typeof aQueue>[]) => attentionOf(queues, []).map(({ queueId }) => queueId.name);
  expect(names(inTrouble('few', 3, 1), inTrouble('many', 4000, 2))).toEqual(['many', 'few']);
  expect(names(inTrouble('older', 120, 1), inTrouble('larger', 130, 2))).toEqual(['older', 'larger']);
});

test('pending and resolved alerts do not ask for attention', () => {
  expect(attentionOf([], [alert('pending'), alert('resolved')])).toEqual([]);
});

test('only actions that the screen knows become buttons', () => {
  const [item] = attentionOf(
    [
      aQueue({
        verdicts: [verdict('paused-with-backlog', 'info', 1, 'resume'), verdict('running-long', 'info', 2, 'reboot')],
      }),
    ],
    [],
  );
  expect(item?.advice).toEqual([
    { label: 'resume', action: 'resume', href: null },
    { label: 'reboot', action: null, href: null },
  ]);
});
