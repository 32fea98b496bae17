'use client';
import { ChevronLeft, Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import type { Queue } from '@/lib/domain/queue';
import { LimitChips } from '../controls/limit-chips';
import { QueueMenu } from '../controls/queue-menu';
import { queueHref } from '../format/hrefs';
import { plural } from '../format/number';
import { AddJobDialog } from '../job/add-job-dialog';
import { MessageActions } from '../messages/message-actions';
import { KindChip, KnownByChip } from '../overview/queue-row';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';
import { QueueActionButton } from './queue-action-button';

/** Which queue this is, and what can be done with it. `isInside`: on a page below the queue's own. */
export function QueueHeader({ queue, isInside = false }: { queue: Queue; isInside?: boolean }) {
  const [isAdding, setAdding] = useState(false);
  const why = useWhyNotAct(queue);
  const { source, namespace, name } = queue.id;
  const { holds, canPause } = capabilitiesOf(queue.kind);
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex items-center gap-1 text-xs text-ink-3">
          <Link href={isInside ? queueHref(queue.key) : '/'} className="link flex items-center gap-0.5 hover:text-ink">
            <ChevronLeft size={13} aria-hidden />
            {isInside ? 'Queue' : 'Overview'}
          </Link>
          <span aria-hidden>·</span>
          <JobLine className="truncate">{`${source} / ${namespace}`}</JobLine>
        </p>
        <div className="mt-0.5 flex flex-wrap items-center gap-2">
          <h1 className="text-xl tracking-tight [overflow-wrap:anywhere]">
            <JobLine>{name}</JobLine>
            {isInside && <span className="font-normal text-ink-3"> {holds}</span>}
          </h1>
          <KindChip queue={queue} />
          <KnownByChip queue={queue} />
          {queue.version?.includes(':') && (
            <span className="text-xs text-ink-3">{queue.version.replace(/^.*:/, 'v')}</span>
          )}
          {queue.isPaused && <Chip tone="info">paused</Chip>}
          {queue.workers !== null && (
            <Link href="#workers" className="link text-xs text-ink-3">
              {plural(queue.workers, holds === 'messages' ? 'consumer' : 'worker')}
            </Link>
          )}
          {holds === 'jobs' && <LimitChips queue={queue} />}
          {queue.readOnlyReason !== null && (
            <span title={queue.readOnlyReason}>
              <Chip tone="warn">read-only</Chip>
            </span>
          )}
        </div>
      </div>
      <div className="flex gap-2 pt-3">
        {canPause && <QueueActionButton queueKey={queue.key} action={queue.isPaused ? 'resume' : 'pause'} />}
        {holds === 'messages' ? (
          <MessageActions queue={queue} isInside={isInside} />
        ) : (
          <>
            <Button variant="primary" blockedBecause={why} onClick={() => setAdding(true)}>
              <Plus size={14} aria-hidden /> Add job
            </Button>
            <QueueMenu queue={queue} />
          </>
        )}
      </div>
      {holds === 'jobs' && <AddJobDialog queue={queue} open={isAdding} onOpenChange={setAdding} />}
    </header>
  );
}
