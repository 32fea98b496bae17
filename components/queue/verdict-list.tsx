'use client';
import type { QueueAction } from '@/lib/domain/action';
import type { Verdict } from '@/lib/domain/queue';
import { Lasting } from '../shell/lasting';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import { QueueActionButton } from './queue-action-button';

/** What is wrong with the queue, in sentences. */
export function VerdictList({ queueKey, verdicts }: { queueKey: string; verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) return null;
  return (
    <ul aria-label="What is wrong" className="panel divide-y divide-line overflow-hidden">
      {verdicts.map(({ code, severity, sentence, evidence, since, actions }) => (
        <li key={code} className="flex items-start gap-3 px-3 py-2 md:px-4">
          <span className="mt-0.5">
            <SeverityIcon severity={severity} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">
              <JobLine>{sentence}</JobLine>
            </p>
            <p className="flex flex-wrap gap-x-3 text-xs text-ink-3">
              {evidence.map(({ label, value }) => (
                <span key={label}>
                  {label} <JobLine className="text-ink-2">{value}</JobLine>
                </span>
              ))}
              {actions.map(({ label }) => (
                <span key={label} className="text-ink-2">
                  → {label}
                </span>
              ))}
            </p>
          </div>
          <Lasting since={since} className="shrink-0 text-xs text-ink-3" />
          {actions.map(
            ({ action }) =>
              isQueueAction(action) && <QueueActionButton key={action} queueKey={queueKey} action={action} size="sm" />,
          )}
        </li>
      ))}
    </ul>
  );
}

function isQueueAction(action: string | undefined): action is QueueAction {
  return action === 'pause' || action === 'resume';
}
