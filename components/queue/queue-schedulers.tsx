'use client';
import Link from 'next/link';
import { useState } from 'react';
import type { Queue } from '@/lib/domain/queue';
import { formatCount } from '../format/number';
import { SchedulerCards } from '../schedulers/scheduler-cards';
import { SchedulerDrawer } from '../schedulers/scheduler-drawer';
import { SchedulerTable } from '../schedulers/scheduler-table';
import { useSchedulers } from '../schedulers/use-schedulers';
import { Section } from '../ui/page';

const SHOWN = 8;

/** What makes jobs for this queue by the clock. Nothing is drawn for a queue without any. */
export function QueueSchedulers({ queue }: { queue: Queue }) {
  const { data } = useSchedulers(queue.key);
  const [openId, setOpenId] = useState<string | null>(null);
  const page = data?.pages[0];
  if (!page || page.total === 0) return null;
  const shown = page.schedulers.slice(0, SHOWN);
  return (
    <Section title="Schedulers" count={page.total}>
      <SchedulerTable
        schedulers={shown}
        withQueue={false}
        openId={openId === null ? null : `${queue.key} ${openId}`}
        cursor={-1}
        onOpen={({ id }) => setOpenId(id)}
      />
      <SchedulerCards schedulers={shown} onOpen={({ id }) => setOpenId(id)} />
      {page.total > SHOWN && (
        <p className="border-t border-line px-4 py-2 text-xs">
          <Link href={`/schedulers?queue=${queue.key}`} className="link">
            All {formatCount(page.total)}
          </Link>
        </p>
      )}
      <SchedulerDrawer queueKey={queue.key} id={openId} onClose={() => setOpenId(null)} onMoved={setOpenId} />
    </Section>
  );
}
