import { expect, test } from 'vitest';
import type { Alert } from '@/lib/domain/alert';
import type { Verdict } from '@/lib/domain/queue';
import { aQueue } from '../testing/a-queue';
import { attentionOf } from './attention';

const verdict = (code: string, severity: Verdict['severity'], since: number, action?: string): Verdict => ({
  code,
  severity,
  since,
  sentence: code,
  evidence: [],
  actions: action ? [{ label: action, action }] : [],
});
const alert = (state: Alert['state']): Alert => {
  const { id, key } = aQueue();
  return {
    id: `alert-${state}`,
    rule: 'Backlog',
    severity: 'critical',
    queue: id,
    queueKey: key,
    metric: 'backlog',
    state,
    since: 50,
    firedAt: 50,
    resolvedAt: null,
    value: 2000,
    threshold: 1000,
    isStale: false,
    sentence: 'too many',
  };
};

test('worst first, then what lasts longest', () => {
  const queue = aQueue({
    verdicts: [verdict('young', 'warning', 90), verdict('old', 'warning', 10), verdict('worst', 'critical', 99)],
  });
  expect(attentionOf([queue], [alert('firing')]).map(({ sentence }) => sentence)).toEqual([
    'too many',
    'worst',
    'old',
    'young',
  ]);
});

test('pending and resolved alerts do not ask for attention', () => {
  expect(attentionOf([], [alert('pending'), alert('resolved')])).toEqual([]);
});

test('only actions that the screen knows become buttons', () => {
  const [item] = attentionOf(
    [aQueue({ verdicts: [verdict('paused', 'info', 1, 'resume'), verdict('z', 'info', 2, 'reboot')] })],
    [],
  );
  expect(item?.advice).toEqual([{ label: 'resume', action: 'resume' }]);
});
