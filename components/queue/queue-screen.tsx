'use client';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import { TopFailures } from '../failures/top-failures';
import { useFreshness } from '../live/use-freshness';
import { useSourceIsDown } from '../live/use-source-is-down';
import { cn } from '../ui/cn';
import { ActiveCheck } from './active-check';
import { BackpressurePanel } from './backpressure-panel';
import { QueueCharts } from './queue-charts';
import { QueueHeader } from './queue-header';
import { QueueMissing } from './queue-missing';
import { QueueSchedulers } from './queue-schedulers';
import { QueueWorkers } from './queue-workers';
import { RabbitFacts } from './rabbit-facts';
import { StateStrip } from './state-strip';
import { useQueue } from './use-queue';
import { VerdictList } from './verdict-list';

/** What is this queue doing, and why? */
export function QueueScreen({ queueKey }: { queueKey: string }) {
  const { queue, missing, error } = useQueue(queueKey);
  const { isStale } = useFreshness();
  const isDown = useSourceIsDown(queue?.id.source ?? '');
  if (!queue) return <QueueMissing missing={missing} error={error} />;
  const { hasFailures, hasSchedulers, holds } = capabilitiesOf(queue.kind);
  return (
    <div className="mx-auto flex max-w-[110rem] flex-col gap-3 p-3 md:p-4">
      <QueueHeader queue={queue} />
      <VerdictList queueKey={queue.key} verdicts={queue.verdicts} />
      <StateStrip queue={queue} isStale={isStale || isDown} />
      {queue.rabbit && <RabbitFacts queue={queue} rabbit={queue.rabbit} isStale={isStale || isDown} />}
      {holds === 'jobs' && <BackpressurePanel queue={queue} isStale={isStale || isDown} />}
      <QueueCharts queueKey={queue.key} queueName={queue.id.name} kind={queue.kind} />
      {hasFailures && <TopFailures queueKey={queue.key} />}
      {hasSchedulers && <QueueSchedulers queue={queue} />}
      <div className={cn('grid gap-3', holds === 'jobs' && 'xl:grid-cols-2 xl:items-start')}>
        <QueueWorkers queue={queue} />
        {holds === 'jobs' && <ActiveCheck queueKey={queue.key} />}
      </div>
    </div>
  );
}
