'use client';
import type { FailureGroup } from '@/lib/domain/failure';
import { formatCount, plural } from '../format/number';
import { Ago } from '../shell/time';
import { FailureTitle } from './failure-row';
import { QueueNames } from './queue-names';
import { FailureStateChip } from './state-chip';

/** The same as the table for a narrow screen. */
export function FailureCards({ groups }: { groups: readonly FailureGroup[] }) {
  return (
    <ul aria-label="Failures by kind" className="divide-y divide-line md:hidden">
      {groups.map((group) => (
        <li key={group.fingerprint} className="px-3 py-2 text-sm">
          <FailureTitle group={group} />
          <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-ink-2">
            <FailureStateChip state={group.state} />
            <span>{plural(group.failed, 'failure')}</span>
            {group.attempts > 0 && <span>+{formatCount(group.attempts)} retried</span>}
            <span>{formatCount(group.retained)} retained</span>
            <Ago at={group.lastSeen} className="ml-auto" />
          </p>
          <p className="truncate text-xs">
            <QueueNames queueKeys={group.queues.map(({ key }) => key)} />
          </p>
        </li>
      ))}
    </ul>
  );
}
