import type { Notification } from '../domain/notification';

type Changes = Partial<Omit<Notification, 'incident'>> & { incident?: Partial<Notification['incident']> };

/** A backlog that fired, told at `at`, changed as the test needs it. */
export function aNotification(changes: Changes = {}): Notification {
  const at = changes.at ?? 1_795_511_400_000;
  const kind = changes.kind ?? 'fired';
  const queue = { source: 'main', namespace: 'bull', name: 'reports' };
  const sentence = 'main/bull/reports: 1,001 jobs in the backlog, above 1,000.';
  const incidentId = changes.incident?.id ?? 'abc';
  return {
    id: `${incidentId}.${kind}`,
    kind,
    at,
    sentence,
    numbers: [
      { label: 'backlog', value: 1001, unit: 'jobs' },
      { label: 'workers', value: null, unit: 'workers' },
    ],
    topFailure: { title: 'Error: no such customer', count: 12, share: 0.8, url: null },
    onIt: null,
    url: 'https://tailback.example/queues/key?from=1&to=2',
    environment: 'production',
    ...changes,
    incident: {
      id: incidentId,
      name: 'Backlog over 1,000',
      severity: 'critical',
      queue,
      queueKey: 'key',
      since: at - 60_000,
      firedAt: at,
      resolvedAt: kind === 'resolved' ? at : null,
      members: [
        {
          rule: 'Backlog over 1,000',
          severity: 'critical',
          queue,
          queueKey: 'key',
          since: at - 60_000,
          isResolved: kind === 'resolved',
          sentence,
        },
      ],
      memberCount: 1,
      ...changes.incident,
    },
  };
}
