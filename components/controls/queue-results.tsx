'use client';
import { X } from 'lucide-react';
import type { QueuesActionResult } from '@/lib/domain/control';
import type { Queue } from '@/lib/domain/queue';
import { plural } from '../format/number';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';

type Props = { results: QueuesActionResult['results']; byKey: ReadonlyMap<string, Queue>; onClose(): void };

/** How an action on several queues ended: which were not changed, and why. */
export function QueueResults({ results, byKey, onClose }: Props) {
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return null;
  return (
    <div role="alert" className="flex items-start gap-3 border-t border-line bg-crit-soft px-3 py-2 text-sm md:px-4">
      <div className="min-w-0 flex-1">
        <p className="font-medium text-crit">
          {plural(failed.length, 'queue')} of {results.length} unchanged
        </p>
        <ul className="max-h-40 overflow-y-auto text-xs">
          {failed.map(({ queue, detail }) => (
            <li key={queue}>
              <JobLine className="font-medium">{byKey.get(queue)?.id.name ?? 'A queue that is gone'}</JobLine>: {detail}
            </li>
          ))}
        </ul>
      </div>
      <Button variant="ghost" size="icon" aria-label="Close" onClick={onClose}>
        <X size={14} />
      </Button>
    </div>
  );
}
