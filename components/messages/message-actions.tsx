'use client';
import Link from 'next/link';
import type { Queue } from '@/lib/domain/queue';
import { jobsHref } from '../format/hrefs';

/** What can be done with a queue of messages. */
export function MessageActions({ queue, isInside }: { queue: Queue; isInside: boolean }) {
  if (isInside) return null;
  return (
    <Link href={jobsHref(queue.key, { state: 'waiting' })} className="link text-sm">
      Messages
    </Link>
  );
}
