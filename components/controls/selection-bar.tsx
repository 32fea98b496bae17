'use client';
import { Brush, Pause, Play, Skull, Waves, X } from 'lucide-react';
import { useState } from 'react';
import type { QueueAction } from '@/lib/domain/action';
import { MAX_QUEUES_AT_ONCE } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { plural } from '../format/number';
import type { Selection } from '../jobs/selection';
import { Button } from '../ui/button';
import { ClearDialog } from './clear-dialog';
import { QueueResults } from './queue-results';
import { useQueuesAction } from './use-queues-action';
import { useWhyNotActOnAll } from './use-why-not-act-on-all';

type Props = { selection: Selection; byKey: ReadonlyMap<string, Queue>; onClear(): void };

/** What can be done to the queues that are chosen, all at once. Nothing is drawn while none is. */
export function SelectionBar({ selection, byKey, onClear }: Props) {
  const [clearing, setClearing] = useState<'clean' | 'drain' | 'obliterate' | null>(null);
  const queues = [...selection.ids].flatMap((key) => byKey.get(key) ?? []);
  const action = useQueuesAction();
  const tooMany = queues.length > MAX_QUEUES_AT_ONCE ? `At most ${MAX_QUEUES_AT_ONCE} queues at once.` : null;
  const whyNot = {
    pause: useWhyNotActOnAll(queues, 'pause'),
    resume: useWhyNotActOnAll(queues, 'resume'),
    clean: useWhyNotActOnAll(queues, 'clean'),
    drain: useWhyNotActOnAll(queues, 'drain'),
    obliterate: useWhyNotActOnAll(queues, 'obliterate'),
  };
  const results = action.data && <QueueResults results={action.data.results} byKey={byKey} onClose={action.reset} />;
  if (queues.length === 0) return results ?? null;
  const paused = queues.filter(({ isPaused }) => isPaused).length;
  const act = (what: QueueAction) => action.mutate({ action: what, queues: queues.map(({ key }) => key) });
  return (
    <div className="border-y border-line bg-accent-soft">
      <div
        role="toolbar"
        aria-label="Queues that are chosen"
        className="flex flex-wrap items-center gap-2 px-3 py-1.5 md:px-4"
      >
        <span className="mr-2 text-sm font-medium">
          {plural(queues.length, 'queue')} chosen
          {paused > 0 && <span className="ml-1 font-normal text-ink-2">({paused} paused)</span>}
        </span>
        <Button
          size="sm"
          blockedBecause={whyNot.pause ?? tooMany}
          disabled={action.isPending}
          onClick={() => act('pause')}
        >
          <Pause size={12} aria-hidden /> Pause
        </Button>
        <Button
          size="sm"
          blockedBecause={whyNot.resume ?? tooMany}
          disabled={action.isPending}
          onClick={() => act('resume')}
        >
          <Play size={12} aria-hidden /> Resume
        </Button>
        <Button size="sm" blockedBecause={whyNot.clean ?? tooMany} onClick={() => setClearing('clean')}>
          <Brush size={12} aria-hidden /> Clean…
        </Button>
        <Button
          size="sm"
          variant="dangerGhost"
          blockedBecause={whyNot.drain ?? tooMany}
          onClick={() => setClearing('drain')}
        >
          <Waves size={12} aria-hidden /> Drain…
        </Button>
        <Button
          size="sm"
          variant="dangerGhost"
          blockedBecause={whyNot.obliterate ?? tooMany}
          onClick={() => setClearing('obliterate')}
        >
          <Skull size={12} aria-hidden /> Obliterate…
        </Button>
        <Button size="sm" variant="ghost" className="ml-auto" onClick={onClear}>
          <X size={12} aria-hidden /> Clear selection
        </Button>
      </div>
      {results}
      {clearing && <ClearDialog queues={queues} what={clearing} onClose={() => setClearing(null)} />}
    </div>
  );
}
