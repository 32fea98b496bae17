'use client';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { JobRow } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';
import { CheckBox } from '../ui/checkbox';
import { cn } from '../ui/cn';
import { JobTableRow } from './job-table-row';
import { headState, isChosen, type Selection } from './selection';
import type { RowSort, SortKey } from './sort-rows';
import { TIME_NAMES } from './time-of';

type Props = {
  jobs: readonly JobRow[];
  state: JobState;
  /** How the order by a column is to be understood: `page` or `hits`, never the whole state. */
  within: 'page' | 'hits';
  sort: RowSort | null;
  selection: Selection;
  gone: ReadonlySet<string>;
  cursor: number;
  openId: string | null;
  /** Stands above the first row. */
  above?: ReactNode;
  onSort(key: SortKey): void;
  onToggle(id: string, isRange: boolean): void;
  onToggleAll(): void;
  onOpen(id: string): void;
};

/** Jobs in rows; all text in them comes from strangers and is shown as text. */
export function JobTable(props: Props) {
  const { jobs, state, within, sort, selection, gone, cursor, openId, above, onSort, onToggle, onToggleAll, onOpen } =
    props;
  const ids = jobs.map(({ id }) => id);
  // A UUID is read whole where there is room for it.
  const hasLongIds = ids.some((id) => id.length > 14);
  const hasError = state === 'failed';
  const hasRun = ['failed', 'completed', 'active'].includes(state);
  const head = (key: SortKey, name: string, className: string, hint?: string) => (
    <Head
      key={key}
      {...{ name, className, within, hint }}
      sorted={sort?.key === key ? sort : null}
      onSort={() => onSort(key)}
    />
  );
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Jobs that are {state}</caption>
      <thead className="sticky top-[4.75rem] z-5 bg-panel max-sm:static shadow-[0_1px_0_var(--line)]">
        <tr className="label h-8 text-left">
          <th scope="col" className="w-9 pl-3 font-medium">
            <CheckBox checked={headState(selection, ids)} label="Select all on this page" onToggle={onToggleAll} />
          </th>
          {head('id', 'Id', cn('max-md:w-auto', hasLongIds ? 'w-40 xl:w-68' : 'w-24'))}
          {head('name', 'Name', 'w-30 max-md:hidden')}
          <th scope="col" className={cn('pr-3 font-medium max-sm:hidden', hasError && 'lg:w-[20%]')}>
            Data
          </th>
          {hasError && head('error', 'Error', 'max-lg:hidden')}
          {state === 'prioritized' && head('priority', 'Priority', 'w-20 text-right', '1 is the most urgent')}
          {head('attempts', 'Attempts', 'w-20 text-right max-lg:hidden')}
          {hasRun && head('wait', 'Wait', 'w-18 text-right max-lg:hidden')}
          {hasRun && head('run', 'Run', 'w-18 text-right')}
          {head('time', TIME_NAMES[state] ?? 'Added', 'w-24 text-right')}
        </tr>
      </thead>
      <tbody>
        {above}
        {jobs.map((job, index) => (
          <JobTableRow
            key={job.id}
            job={job}
            state={state}
            index={index}
            isSelected={isChosen(selection, job.id)}
            isGone={gone.has(job.id)}
            isUnderCursor={index === cursor}
            isOpen={openId === job.id}
            onToggle={onToggle}
            onOpen={onOpen}
          />
        ))}
      </tbody>
    </table>
  );
}

type HeadProps = {
  name: string;
  className: string;
  within: 'page' | 'hits';
  hint: string | undefined;
  sorted: RowSort | null;
  onSort(): void;
};

function Head({ name, className, within, hint, sorted, onSort }: HeadProps) {
  const scope = within === 'page' ? 'this page' : 'the hits shown';
  const Icon = sorted?.isDescending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sorted === null ? undefined : sorted.isDescending ? 'descending' : 'ascending'}
      className={cn('pr-3 font-medium', className)}
    >
      <button
        type="button"
        onClick={onSort}
        title={`${hint === undefined ? '' : `${hint}. `}Sort ${scope} by this`}
        className={cn('inline-flex h-6 min-w-6 items-center gap-1 hover:text-ink', sorted !== null && 'text-accent')}
      >
        {name}
        {sorted !== null && <Icon size={11} aria-hidden />}
      </button>
    </th>
  );
}
