'use client';
import Link from 'next/link';
import type { Incident } from '@/lib/domain/incident';
import { queueHref } from '../format/hrefs';
import { Section } from '../ui/page';
import { JobLine } from '../ui/job-text';

/** The queues that are part of it, each with its charts held at that time. */
export function QueuesOfIncident({ incident, window }: { incident: Incident; window: { from: number; to: number } }) {
  const { queues, queueCount, cause } = incident;
  const range = `from=${Math.round(window.from)}&to=${Math.round(window.to)}`;
  return (
    <Section title={queueCount === 0 ? 'Broker' : 'Queues'} count={Math.max(queueCount, queues.length)}>
      <ul className="divide-y divide-line">
        {queues.map(({ key, id }) => (
          <li key={key} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5 text-sm md:px-4">
            <Link href={queueHref(key)} prefetch={false} className="link min-w-0 truncate font-medium">
              <JobLine title>{id.name}</JobLine>
            </Link>
            <JobLine className="min-w-0 truncate text-xs text-ink-3">{`${id.source} / ${id.namespace}`}</JobLine>
            <Link href={`${queueHref(key)}?${range}`} prefetch={false} className="link ml-auto text-xs">
              charts at that time
            </Link>
          </li>
        ))}
        {queues.length === 0 && (
          <li className="px-3 py-1.5 text-sm md:px-4">
            <Link href="/brokers" className="link">
              <JobLine>{cause.source}</JobLine>
            </Link>
          </li>
        )}
        {queueCount > queues.length && queues.length > 0 && (
          <li className="px-3 py-1.5 text-xs text-ink-3 md:px-4">and {queueCount - queues.length} more</li>
        )}
      </ul>
    </Section>
  );
}
