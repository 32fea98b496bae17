'use client';
import { Inbox, SearchX } from 'lucide-react';
import Link from 'next/link';
import type { ComponentProps } from 'react';
import type { JobRow } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { SkeletonRows } from '../ui/skeleton';
import { JobTable } from './job-table';
import type { SearchState } from './use-search';

type Props = {
  rows: readonly JobRow[];
  table: Omit<ComponentProps<typeof JobTable>, 'jobs' | 'above'>;
  search: (SearchState & { isSearchable: boolean }) | null;
  list: { isPending: boolean; isFetching: boolean; isFirst: boolean; error: Error | null; hasData: boolean };
  /** States in which the same search may find something. */
  elsewhere: readonly { state: JobState; count: number; href: string }[];
  newCount: number;
  onShowNew(): void;
  onRetryRead(): void;
  onFirst(): void;
  onClearSearch(): void;
};

/** The rows, or what is to be said where there are none. */
export function ListBody(props: Props) {
  const { rows, table, search, list, newCount, onShowNew } = props;
  const changes = [newCount > 0 ? `${formatCount(newCount)} new` : '', goneWords(table.gone.size, table.state)];
  const words = changes.filter((each) => each !== '').join(', ');
  return (
    <>
      {search === null && list.error && list.hasData && (
        <p className="border-b border-line bg-warn-soft px-3 py-1.5 text-xs">
          This list stands still: {sentenceOf(list.error)}
        </p>
      )}
      {rows.length > 0 ? (
        <JobTable
          {...table}
          jobs={rows}
          above={
            words !== '' && (
              <tr>
                <td colSpan={99} className="border-b border-line p-0">
                  <button
                    type="button"
                    onClick={onShowNew}
                    className="block h-8 w-full bg-accent-soft text-xs font-medium text-accent"
                  >
                    {words} · show the newest
                  </button>
                </td>
              </tr>
            )
          }
        />
      ) : search === null ? (
        <NoRows {...props} />
      ) : (
        <NoHits search={search} elsewhere={props.elsewhere} onClear={props.onClearSearch} />
      )}
    </>
  );
}

function goneWords(count: number, state: string): string {
  return count === 0 ? '' : `${formatCount(count)} no longer ${state}`;
}

function NoRows({ table, list, onRetryRead, onFirst }: Props) {
  if (list.error && !list.hasData)
    return (
      <Empty title="The jobs cannot be read">
        <p className="mb-3">{sentenceOf(list.error)}</p>
        <Button disabled={list.isFetching} onClick={onRetryRead}>
          {list.isFetching ? 'Trying…' : 'Try again'}
        </Button>
      </Empty>
    );
  if (!list.hasData) return <SkeletonRows count={12} />;
  return (
    <Empty
      icon={<Inbox size={28} strokeWidth={1.5} />}
      title={list.isFirst ? `No job is ${table.state}` : 'Nothing is left on this page'}
    >
      {!list.isFirst && <Button onClick={onFirst}>To the first page</Button>}
    </Empty>
  );
}

type NoHitsProps = { search: NonNullable<Props['search']>; elsewhere: Props['elsewhere']; onClear(): void };

function NoHits({ search, elsewhere, onClear }: NoHitsProps) {
  const clear = <Button onClick={onClear}>Clear the search</Button>;
  if (!search.isSearchable)
    return (
      <Empty icon={<SearchX size={28} strokeWidth={1.5} />} title="This search cannot be understood">
        <p className="mb-3">What is wrong is marked below the box; the question mark in it shows what one can write.</p>
        {clear}
      </Empty>
    );
  if (search.status === 'running') return <SkeletonRows count={6} />;
  if (search.status === 'failed')
    return (
      <Empty title="The search has stopped">
        <p className="mb-3">{search.error}</p>
        {clear}
      </Empty>
    );
  const isDone = search.status === 'done';
  return (
    <Empty
      icon={<SearchX size={28} strokeWidth={1.5} />}
      title={isDone ? 'No job matches' : `No hit among the first ${plural(search.scanned, 'job')}`}
    >
      <p className="mb-3">
        {isDone
          ? `${lookedAt(search.of ?? 0)} Other states are searched on their own.`
          : 'The search was stopped before its end.'}
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        {isDone &&
          elsewhere.map(({ state, count, href }) => (
            <Button key={state} asChild>
              <Link href={href} prefetch={false}>
                Search the {formatCount(count)} {state}
              </Link>
            </Button>
          ))}
        {clear}
      </div>
    </Empty>
  );
}

function lookedAt(of: number): string {
  return of === 0
    ? 'No job of this state lies within the times that are asked for.'
    : `All ${plural(of, 'job')} of this state were looked at.`;
}
