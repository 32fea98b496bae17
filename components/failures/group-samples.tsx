'use client';
import Link from 'next/link';
import type { FailureDetail, FailureGroup } from '@/lib/domain/failure';
import { jobsHref } from '../format/hrefs';
import { Ago } from '../shell/time';
import { JobLine } from '../ui/job-text';
import { Section } from '../ui/page';
import { QueueName } from './queue-names';

/** Some of the jobs that failed of it, newest first; each opens. */
export function GroupSamples({ samples, group }: { samples: FailureDetail['samples']; group: FailureGroup }) {
  const first = group.queues[0];
  return (
    <Section title="Sample jobs">
      {samples.length === 0 ? (
        <p className="px-3 py-2.5 text-sm text-ink-3 md:px-4">No job of it is remembered.</p>
      ) : (
        <ul className="divide-y divide-line">
          {samples.map(({ queueKey, jobId, name, at }) => (
            <li key={`${queueKey} ${jobId}`} className="flex h-8 items-center gap-3 px-3 text-sm md:px-4">
              <Link
                href={jobsHref(queueKey, { state: 'failed', q: `group:${group.fingerprint}`, job: jobId })}
                prefetch={false}
                className="link min-w-0 truncate font-mono text-xs"
              >
                <JobLine title>{jobId}</JobLine>
              </Link>
              <span className="min-w-0 flex-1 truncate text-ink-2">
                {name !== null && name !== '__default__' && <JobLine title>{name}</JobLine>}
              </span>
              <span className="max-w-40 truncate max-sm:hidden">
                <QueueName queueKey={queueKey} />
              </span>
              <Ago at={at} className="w-20 shrink-0 text-right text-xs text-ink-3" />
            </li>
          ))}
        </ul>
      )}
      {first && (
        <p className="border-t border-line px-3 py-2 text-xs text-ink-3 md:px-4">
          They may have been retried or removed since.{' '}
          <Link
            href={jobsHref(first.key, { state: 'failed', q: `group:${group.fingerprint}` })}
            prefetch={false}
            className="link"
          >
            Show all that lie in its queue
          </Link>
        </p>
      )}
    </Section>
  );
}
