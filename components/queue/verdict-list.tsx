'use client';
import type { QueueAction } from '@/lib/domain/action';
import type { Verdict } from '@/lib/domain/queue';
import { Lasting } from '../shell/lasting';
import { SeverityIcon } from '../shell/severity';
import { JobLine } from '../ui/job-text';
import { QueueActionButton } from './queue-action-button';
import { Symptoms, VerdictFacts } from './verdict-facts';

/** What is wrong with the queue, in sentences, the deepest cause first and its symptoms beneath it. */
export function VerdictList({ queueKey, verdicts }: { queueKey: string; verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) return null;
  return (
    <ul aria-label="What is wrong" className="panel divide-y divide-line overflow-hidden">
      {verdicts.map(({ code, severity, sentence, evidence, since, actions, under }) => (
        <li key={code} className="flex items-start gap-3 px-3 py-2 md:px-4">
          <span className="mt-0.5">
            <SeverityIcon severity={severity} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="font-medium [overflow-wrap:anywhere]">
              <JobLine>{sentence}</JobLine>
            </p>
            <Symptoms sentences={under.map((one) => one.sentence)} />
            <VerdictFacts queueKey={queueKey} since={since} evidence={evidence} suggestions={actions} />
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
