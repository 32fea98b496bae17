'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { jobLogsSchema } from '@/lib/domain/job-parts';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { jobPath } from '../format/hrefs';
import { formatCount, plural } from '../format/number';
import { visibleText } from '../format/visible-text';
import { Button } from '../ui/button';
import { Segmented } from '../ui/segmented';
import { Marked } from './marked';
import { Part } from './part';

type Props = { queueKey: string; jobId: string; count: number };
type Order = 'newest' | 'oldest';

/** A job's log, page by page from either end, or the lines of it that hold a text. */
export function JobLogs({ queueKey, jobId, count }: Props) {
  const [order, setOrder] = useState<Order>('newest');
  const [text, setText] = useState('');
  const q = useDeferredValue(text);
  const { data, error, isFetching, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    // The count is part of the key: lines that were written since are read when it grows.
    queryKey: ['job', queueKey, jobId, 'logs', order, q, count],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ order, ...(q === '' ? {} : { q }) });
      if (pageParam !== null) query.set('from', String(pageParam));
      return apiGet(`${jobPath(queueKey, jobId)}/logs?${query.toString()}`, jobLogsSchema, {
        signal,
      });
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    enabled: count > 0,
    staleTime: Infinity,
    refetchInterval: false,
    placeholderData: (previous) => previous,
  });
  const pages = data?.pages ?? [];
  const lines = pages.flatMap((page) => page.lines);
  const scanned = pages.reduce((sum, page) => sum + page.scanned, 0);
  const total = pages.at(-1)?.total ?? count;
  if (count === 0) return <Part title="Log">{<p className="text-sm text-ink-3">The job has logged nothing.</p>}</Part>;
  return (
    <Part
      title={`Log · ${plural(count, 'line')}`}
      extra={
        <>
          <input
            type="search"
            aria-label="Search in the log"
            placeholder="Search in the log"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="h-6 w-40 rounded-md border border-line-strong bg-bg px-2 text-xs"
          />
          <Segmented
            label="Order of the log"
            value={order}
            options={[
              { value: 'newest', label: 'Newest' },
              { value: 'oldest', label: 'Oldest' },
            ]}
            onChange={(next) => setOrder(next as Order)}
          />
        </>
      }
    >
      {lines.length > 0 && (
        <ol
          dir="ltr"
          className="max-h-96 overflow-y-auto rounded-md bg-sunken py-1.5 font-mono text-xs leading-[1.2rem]"
          tabIndex={0}
          aria-label="Lines of the log"
        >
          {lines.map(({ index, text: line, isCut }) => (
            <li key={index} className="flex gap-3 px-3 hover:bg-hover">
              <span aria-hidden className="w-12 shrink-0 text-right text-ink-3 tabular-nums select-none">
                {index + 1}
              </span>
              <span className="min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]">
                <Marked text={visibleText(line)} mark={q} />
                {isCut && <span className="text-ink-3"> … (line cut)</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      {error && (
        <p className="mt-1.5 flex items-center gap-2 text-xs text-crit">
          The log cannot be read: {sentenceOf(error)}
          <Button size="sm" onClick={() => void refetch()}>
            Try again
          </Button>
        </p>
      )}
      <p className="mt-1.5 flex flex-wrap items-center gap-2 text-xs text-ink-2">
        <span role="status">
          {isFetching
            ? 'Reading…'
            : q === ''
              ? `${formatCount(lines.length)} of ${plural(total, 'line')}`
              : `${plural(lines.length, 'line')} found in ${formatCount(scanned)} of ${formatCount(total)} searched`}
        </span>
        {hasNextPage && (
          <Button size="sm" disabled={isFetching} onClick={() => void fetchNextPage()}>
            {q !== '' ? 'Search on' : order === 'newest' ? 'Older lines' : 'Newer lines'}
          </Button>
        )}
      </p>
    </Part>
  );
}
