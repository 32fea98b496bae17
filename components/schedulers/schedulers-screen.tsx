'use client';
import { CalendarClock, Plus, X } from 'lucide-react';
import { parseAsString, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { capabilitiesOf } from '@/lib/domain/capabilities';
import type { Queue } from '@/lib/domain/queue';
import { queueLabel } from '@/lib/domain/queue-key';
import { formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useLive } from '../live/live-provider';
import { useWhyNot } from '../shell/me';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { Page } from '../ui/page';
import { SchedulerDialog } from './scheduler-dialog';
import { SchedulerDrawer } from './scheduler-drawer';
import { SchedulerList } from './scheduler-list';
import { useSchedulers } from './use-schedulers';

/** What runs by the clock, and does it? */
export function SchedulersScreen() {
  const [{ queue: queueKey, open, filter }, setParams] = useQueryStates({
    queue: parseAsString,
    open: parseAsString,
    filter: parseAsString.withDefault(''),
  });
  const list = useSchedulers(queueKey);
  const queues = useLive((state) => state.queues);
  const byKey = useLive((state) => state.byKey);
  const why = useWhyNot('operate');
  const [isAdding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<Queue | null>(null);
  const filtered = queueKey === null ? undefined : byKey.get(queueKey);
  const cut = open === null ? -1 : open.indexOf(' ');
  const [openQueue, openId] = open === null || cut < 0 ? ['', null] : [open.slice(0, cut), open.slice(cut + 1)];
  const first = list.data?.pages[0];
  return (
    <Page
      title="Schedulers"
      lead={
        first
          ? `${plural(first.total, 'scheduler')} ${queueKey === null ? `in ${plural(queues.length, 'queue')}` : 'in this queue'}: when they run next, and how their last runs ended.`
          : 'Jobs that are made by the clock: when they run next, and how their last runs ended.'
      }
      extra={
        <Button
          variant="primary"
          blockedBecause={why}
          onClick={() => (filtered ? setChosen(filtered) : setAdding(true))}
        >
          <Plus size={14} aria-hidden /> Add scheduler
        </Button>
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <input
          data-filter=""
          type="search"
          aria-label="Filter by name, queue or schedule"
          placeholder="Name, queue, schedule"
          value={filter}
          onChange={({ target }) => void setParams({ filter: target.value || null })}
          className="h-7 w-56 rounded-md border border-line-strong bg-bg px-2 text-sm"
        />
        {queueKey !== null && (
          <Button size="sm" onClick={() => void setParams({ queue: null })}>
            Queue: {visibleLine(filtered?.id.name ?? 'unknown')} <X size={12} aria-hidden />
            <span className="sr-only">show all queues</span>
          </Button>
        )}
      </div>
      <SchedulerList
        list={list}
        filter={filter}
        withQueue={queueKey === null}
        openId={open}
        onOpen={({ queueKey: key, id }) => void setParams({ open: `${key} ${id}` })}
      />
      <SchedulerDrawer
        queueKey={openQueue ?? ''}
        id={openId ?? null}
        onClose={() => void setParams({ open: null })}
        onMoved={(id) => void setParams({ open: `${openQueue} ${id}` })}
      />
      {isAdding && (
        <ChooseQueue
          queues={queues}
          onCancel={() => setAdding(false)}
          onChoose={(queue) => {
            setAdding(false);
            setChosen(queue);
          }}
        />
      )}
      {chosen && <SchedulerDialog queue={chosen} onClose={() => setChosen(null)} />}
    </Page>
  );
}

/** Which queue shall it make jobs for? Those that cannot be written to say why. */
function ChooseQueue({
  queues,
  onCancel,
  onChoose,
}: {
  queues: readonly Queue[];
  onCancel(): void;
  onChoose(queue: Queue): void;
}) {
  const [text, setText] = useState('');
  const found = queues.filter(
    ({ id, kind }) => capabilitiesOf(kind).hasSchedulers && queueLabel(id).toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <Modal open onOpenChange={(isOpen) => !isOpen && onCancel()} title="For which queue?">
      <input
        type="search"
        autoFocus
        aria-label="Filter queues"
        placeholder="Filter queues"
        value={text}
        onChange={({ target }) => setText(target.value)}
        className="mb-2 h-8 w-full rounded-md border border-line-strong bg-bg px-2 text-sm"
      />
      <ul className="pb-3">
        {found.slice(0, 100).map((queue) => (
          <li key={queue.key}>
            <Button
              variant="ghost"
              className="w-full"
              blockedBecause={queue.readOnlyReason}
              onClick={() => onChoose(queue)}
            >
              <CalendarClock size={13} aria-hidden />
              <span className="truncate">{visibleLine(queue.id.name)}</span>
              <span className="ml-auto text-xs text-ink-3">
                {visibleLine(`${queue.id.source} / ${queue.id.namespace}`)}
              </span>
            </Button>
          </li>
        ))}
        {found.length > 100 && (
          <li className="px-2 text-xs text-ink-3">and {formatCount(found.length - 100)} more: filter</li>
        )}
        {found.length === 0 && <li className="px-2 text-sm text-ink-3">No queue fits.</li>}
      </ul>
    </Modal>
  );
}
