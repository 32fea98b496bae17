'use client';
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import { COUNT_KEYS, JOB_STATES } from '@/lib/domain/queue';
import { useFreshness } from '../live/use-freshness';
import { useSourceIsDown } from '../live/use-source-is-down';
import { MessagesScreen } from '../messages/messages-screen';
import { QueueHeader } from '../queue/queue-header';
import { QueueMissing } from '../queue/queue-missing';
import { useQueue } from '../queue/use-queue';
import { JobList } from './job-list';
import { StateRail } from './state-rail';

/** Find these jobs, act on them. */
export function JobsScreen({ queueKey }: { queueKey: string }) {
  const { queue, missing, error } = useQueue(queueKey);
  const { isStale } = useFreshness();
  const isDown = useSourceIsDown(queue?.id.source ?? '');
  const [state] = useQueryState('state', parseAsStringLiteral(JOB_STATES).withDefault('failed'));
  const [q] = useQueryState('q', parseAsString.withDefault(''));
  if (!queue) return <QueueMissing missing={missing} error={error} />;
  if (capabilitiesOf(queue.kind).holds === 'messages')
    return <MessagesScreen queue={queue} isStale={isStale || isDown} />;
  return (
    <div className="mx-auto flex max-w-[110rem] flex-col gap-3 p-3 md:p-4">
      <QueueHeader queue={queue} isInside />
      <div className="flex flex-col gap-3 lg:flex-row lg:items-start">
        <StateRail queue={queue} current={state} q={q} isStale={isStale || isDown} />
        <JobList key={state} queue={queue} state={state} liveCount={queue.counts[COUNT_KEYS[state]]} />
      </div>
    </div>
  );
}
