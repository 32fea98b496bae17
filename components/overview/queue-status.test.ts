import { expect, test } from 'vitest';
import type { Alert } from '@/lib/domain/alert';
import { aQueue } from '../testing/a-queue';
import { firingByKey, statusOf } from './queue-status';

const queue = aQueue();
const alert = (state: Alert['state'], severity: Alert['severity']) =>
  ({ state, severity, queueKey: queue.key }) as Alert;
const mild = aQueue({
  verdicts: [{ code: 'burst', severity: 'info', since: 1, sentence: '', evidence: [], actions: [], under: [] }],
});

test('the worse of verdicts and firing alerts', () => {
  expect(statusOf(mild, firingByKey([alert('firing', 'warning'), alert('firing', 'critical')]))).toBe('critical');
  expect(statusOf(mild, firingByKey([]))).toBe('info');
  expect(statusOf(queue, firingByKey([alert('firing', 'warning')]))).toBe('warning');
});

test('pending and resolved alerts do not count', () => {
  expect(statusOf(queue, firingByKey([alert('pending', 'critical'), alert('resolved', 'critical')]))).toBeNull();
});
