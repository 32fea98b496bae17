'use client';
import { History } from 'lucide-react';
import { sentenceOf } from '../api/problem';
import { severityWord } from '../shell/severity';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { IncidentRow } from './incident-row';
import { useAlertParams } from './use-alert-params';
import { useIncidentHistory } from './use-incidents';

const BOX = 'h-7 min-w-0 rounded-md border border-line-strong bg-bg px-2 text-sm';

/** Incidents of the last 90 days, searched by queue, rule and words. */
export function HistoryTab() {
  const { queue, ruleName, text, severity, setParams } = useAlertParams();
  const { data, error, isFetching, hasNextPage, fetchNextPage } = useIncidentHistory({
    queue,
    ruleName,
    text,
    severity,
  });
  const incidents = data?.pages.flatMap((page) => page.incidents) ?? [];
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <input
          data-filter=""
          type="search"
          aria-label="Filter by queue"
          placeholder="Queue, * for any text"
          value={queue}
          onChange={({ target }) => void setParams({ queue: target.value || null })}
          className={`${BOX} w-48`}
        />
        <input
          type="search"
          aria-label="Filter by rule"
          placeholder="Rule"
          value={ruleName}
          onChange={({ target }) => void setParams({ ruleName: target.value || null })}
          className={`${BOX} w-40`}
        />
        <input
          type="search"
          aria-label="Filter by words"
          placeholder="Words in the sentence"
          value={text}
          onChange={({ target }) => void setParams({ text: target.value || null })}
          className={`${BOX} w-48`}
        />
        <select
          aria-label="Severity"
          value={severity ?? ''}
          onChange={({ target }) =>
            void setParams({
              severity: (['info', 'warning', 'critical'] as const).find((one) => one === target.value) ?? null,
            })
          }
          className="h-7 rounded-md border border-line-strong bg-panel px-1.5 text-sm"
        >
          <option value="">All severities</option>
          {(['critical', 'warning', 'info'] as const).map((one) => (
            <option key={one} value={one}>
              {severityWord(one)}
            </option>
          ))}
        </select>
      </div>
      <Section title="Ended incidents" {...(data ? { count: incidents.length } : {})}>
        {error ? (
          <p className="px-4 py-3 text-sm text-crit">The history cannot be read. {sentenceOf(error)}</p>
        ) : !data ? (
          <SkeletonRows />
        ) : incidents.length === 0 ? (
          <Empty icon={<History size={24} strokeWidth={1.5} />} title="No incident has ended">
            Incidents come here when nothing of them fires any more, and stay for 90 days.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {incidents.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className="border-t border-line px-3 py-2 md:px-4">
            <Button disabled={isFetching} onClick={() => void fetchNextPage()}>
              {isFetching ? 'Reading …' : 'Older ones'}
            </Button>
          </div>
        )}
      </Section>
    </>
  );
}
