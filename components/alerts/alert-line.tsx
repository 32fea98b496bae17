'use client';
import Link from 'next/link';
import type { Alert } from '@/lib/domain/alert';
import { queueHref } from '../format/hrefs';
import { formatDuration } from '../format/duration';
import { Lasting } from '../shell/lasting';
import { Ago } from '../shell/time';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { SeverityIcon } from '../shell/severity';
import { withoutLabel } from './alert-words';
import { metricValue } from './rule-words';

/** One alert: where, what, how far over the limit, since when. */
export function AlertLine({ alert }: { alert: Alert }) {
  const {
    queue,
    queueKey,
    source,
    watch,
    rule,
    sentence,
    state,
    severity,
    metric,
    value,
    threshold,
    since,
    firedAt,
    resolvedAt,
    isStale,
  } = alert;
  const isOver = state === 'resolved';
  return (
    <li className={cn('flex items-start gap-3 px-3 py-2 hover:bg-hover md:px-4', isOver && 'text-ink-2')}>
      <span className="mt-0.5">
        <SeverityIcon severity={isOver ? null : severity} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          <Link
            href={queue ? queueHref(queueKey) : '/brokers'}
            prefetch={false}
            className="link inline-block max-w-full truncate align-bottom font-medium"
          >
            <JobLine title>{queue ? queue.name : source}</JobLine>
          </Link>
          <span className="mx-2 text-line-strong">·</span>
          <JobLine>{withoutLabel(sentence, queue ?? source)}</JobLine>
          {isStale && (
            <span title="There is no data now; the alert keeps the state it had.">
              <Chip tone="warn" className="ml-2 align-middle">
                no data
              </Chip>
            </span>
          )}
        </p>
        <p className="text-xs text-ink-3">
          <JobLine className="[overflow-wrap:anywhere]">
            {queue ? `${rule} · ${queue.source} / ${queue.namespace}` : rule}
          </JobLine>
          {!isOver && metric !== null && watch === 'metric' && (
            <>
              {' '}
              · now <span className="text-ink-2">{metricValue(metric, value)}</span>, limit{' '}
              {metricValue(metric, threshold)}
            </>
          )}
        </p>
      </div>
      <span className="shrink-0 text-right text-xs text-ink-3">
        {isOver && resolvedAt !== null ? (
          <>
            resolved <Ago at={resolvedAt} />
            <span className="block">lasted {formatDuration(resolvedAt - (firedAt ?? since))}</span>
          </>
        ) : (
          <>
            {state} <Lasting since={since} />
          </>
        )}
      </span>
    </li>
  );
}
