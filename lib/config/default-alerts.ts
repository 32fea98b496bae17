import type { AlertRule } from '../domain/alert-rule';

/**
 * Rules that hold when the configuration file has no `alerts`. They leave a healthy queue alone, also one with a nightly
 * batch or a short burst, and each ends at another value than it begins at: 999 ⇄ 1,001 fires once.
 */
export const DEFAULT_ALERTS: AlertRule[] = [
  {
    name: 'Backlog over 1,000',
    queues: '*',
    metric: 'backlog',
    above: 1000,
    clearBelow: 800,
    forSeconds: 0,
    severity: 'critical',
  },
  {
    name: 'Something is badly wrong',
    queues: '*',
    verdict: { severity: 'critical' },
    forSeconds: 30,
    severity: 'critical',
    note: 'The verdict says what was found and what would help; the queue’s page has the evidence.',
  },
  {
    name: 'Jobs wait for over an hour',
    queues: '*',
    metric: 'oldestWaitingMs',
    above: 3_600_000,
    clearBelow: 1_800_000,
    forSeconds: 60,
    severity: 'warning',
  },
  {
    name: 'Half of all jobs fail',
    queues: '*',
    metric: 'failurePercent',
    above: 50,
    clearBelow: 25,
    forSeconds: 120,
    severity: 'warning',
  },
  {
    name: 'Source does not answer',
    queues: '*',
    metric: 'backlog',
    noData: true,
    forSeconds: 60,
    severity: 'critical',
    note: 'Nothing is known of its queues, and no other rule can fire for them.',
  },
  {
    name: 'Broker memory over 85 %',
    queues: '*',
    metric: 'brokerMemoryPercent',
    above: 85,
    clearBelow: 80,
    forSeconds: 60,
    severity: 'warning',
  },
  {
    name: 'Broker memory over 95 %',
    queues: '*',
    metric: 'brokerMemoryPercent',
    above: 95,
    clearBelow: 90,
    forSeconds: 0,
    severity: 'critical',
    note: 'At the limit it refuses new jobs, or throws jobs away: see its eviction policy.',
  },
];
