'use client';
import { Gauge } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { JobState, Queue } from '@/lib/domain/queue';
import { LimitsDialog } from '../controls/limits-dialog';
import { jobsHref } from '../format/hrefs';
import { Button } from '../ui/button';

/** What takes pressure from a queue of jobs, beside pausing it, which the head of the page offers. What is dropped is found by a search first, and previewed there. */
export function BackpressureTools({ queue }: { queue: Queue }) {
  const [isLimiting, setLimiting] = useState(false);
  const waiting: JobState = (queue.counts.paused ?? 0) > 0 ? 'paused' : 'waiting';
  const hasPriorities = (queue.counts.prioritized ?? 0) > 0;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-2 md:px-4">
      <Button size="sm" onClick={() => setLimiting(true)}>
        <Gauge size={13} aria-hidden /> Limits…
      </Button>
      <Button size="sm" asChild>
        <Link href={jobsHref(queue.key, { state: waiting, q: 'age>1h' })} prefetch={false}>
          Find jobs that are out of date
        </Link>
      </Button>
      {hasPriorities && (
        <Button size="sm" asChild>
          <Link href={jobsHref(queue.key, { state: 'prioritized', q: 'priority>10' })} prefetch={false}>
            Find jobs of low priority
          </Link>
        </Button>
      )}
      <span className="text-xs text-ink-3">What is found can be removed all at once, with a preview.</span>
      {isLimiting && <LimitsDialog queue={queue} onClose={() => setLimiting(false)} />}
    </div>
  );
}
