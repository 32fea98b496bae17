'use client';
import type { MouseEvent } from 'react';
import type { JobRow } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';
import { exactDuration, formatDuration } from '../format/duration';
import { formatBytes } from '../format/number';
import { useNow } from '../live/use-now';
import { Ago } from '../shell/time';
import { CheckBox } from '../ui/checkbox';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { runMs, waitMs } from '../job/job-times';
import { headState, type Selection } from './selection';

type Props = {
  jobs: readonly JobRow[];
  state: JobState;
  selection: Selection;
  cursor: number;
  openId: string | null;
  onToggle(id: string, isRange: boolean): void;
  onToggleAll(): void;
  onOpen(id: string): void;
};

const TIME_NAMES: Partial<Record<JobState, string>> = {
  failed: 'Failed',
  completed: 'Completed',
  active: 'Started',
  delayed: 'Due',
};

/** A page of jobs; all text in it comes from strangers and is shown as text. */
export function JobTable({ jobs, state, selection, cursor, openId, onToggle, onToggleAll, onOpen }: Props) {
  const now = useNow();
  const ids = jobs.map(({ id }) => id);
  // A UUID is read whole where there is room for it.
  const hasLongIds = ids.some((id) => id.length > 14);
  const hasError = state === 'failed';
  const hasRun = ['failed', 'completed', 'active'].includes(state);
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Jobs that are {state}</caption>
      <thead className="sticky top-11 z-5 bg-panel shadow-[0_1px_0_var(--line)]">
        <tr className="label h-8 text-left">
          <th scope="col" className="w-9 pl-3 font-medium">
            <CheckBox checked={headState(selection, ids)} label="Select all on this page" onToggle={onToggleAll} />
          </th>
          <th scope="col" className={cn('pr-3 font-medium max-md:w-auto', hasLongIds ? 'w-40 xl:w-68' : 'w-28')}>
            Id
          </th>
          <th scope="col" className="w-36 pr-3 font-medium max-md:hidden">
            Name
          </th>
          <th scope="col" className={cn('pr-3 font-medium max-sm:hidden', hasError && 'lg:w-[24%]')}>
            Data
          </th>
          {hasError && (
            <th scope="col" className="pr-3 font-medium max-lg:hidden">
              Error
            </th>
          )}
          {state === 'prioritized' && (
            <th scope="col" className="w-20 pr-3 text-right font-medium" title="1 is the most urgent">
              Priority
            </th>
          )}
          <th scope="col" className="w-20 pr-3 text-right font-medium max-lg:hidden">
            Attempts
          </th>
          {hasRun && (
            <th scope="col" className="w-20 pr-3 text-right font-medium max-lg:hidden">
              Wait
            </th>
          )}
          {hasRun && (
            <th scope="col" className="w-20 pr-3 text-right font-medium">
              Run
            </th>
          )}
          <th scope="col" className="w-24 pr-3 text-right font-medium">
            {TIME_NAMES[state] ?? 'Added'}
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job, index) => {
          const isSelected = selection.ids.has(job.id);
          const wait = waitMs(job);
          const run = runMs(job, now);
          return (
            <tr
              key={job.id}
              data-row={index}
              data-cursor={index === cursor || undefined}
              aria-selected={isSelected}
              onClick={(event) => !isControl(event) && onOpen(job.id)}
              className={cn(
                'h-8 cursor-default scroll-mt-20 border-b border-line hover:bg-hover data-cursor:shadow-[inset_2px_0_0_var(--accent)]',
                isSelected && 'bg-accent-soft hover:bg-accent-soft [&_.text-ink-3]:text-ink-2',
                openId === job.id && !isSelected && 'bg-hover',
              )}
            >
              <td className="pl-3 align-middle">
                <CheckBox
                  checked={isSelected}
                  label={`Select job ${job.id}`}
                  onToggle={(event) => onToggle(job.id, event.shiftKey)}
                />
              </td>
              <td className="truncate pr-3">
                <button
                  type="button"
                  onClick={() => onOpen(job.id)}
                  className="link h-6 max-w-full min-w-6 truncate text-left font-mono text-xs"
                >
                  <JobLine title>{job.id}</JobLine>
                </button>
                <span className="hidden truncate text-xs text-ink-3 max-md:block">
                  {job.failedReason !== null ? (
                    <JobLine>{job.failedReason}</JobLine>
                  ) : (
                    job.name !== null && <JobLine>{job.name}</JobLine>
                  )}
                </span>
              </td>
              <td className="truncate pr-3 max-md:hidden">
                {job.name === null ? <Gone job={job} /> : <JobLine title>{job.name}</JobLine>}
              </td>
              <td className="truncate pr-3 font-mono text-xs text-ink-2 max-sm:hidden">
                <Preview job={job} />
              </td>
              {hasError && (
                <td className="truncate pr-3 text-crit max-lg:hidden">
                  {job.failedReason !== null && <JobLine title>{job.failedReason}</JobLine>}
                </td>
              )}
              {state === 'prioritized' && <td className="pr-3 text-right">{job.priority ?? '–'}</td>}
              <td className="pr-3 text-right whitespace-nowrap max-lg:hidden">
                {job.attemptsMade ?? '–'}
                <span className="text-ink-3"> / {job.attempts ?? '–'}</span>
              </td>
              {hasRun && (
                <td className="pr-3 text-right whitespace-nowrap max-lg:hidden" title={exactDuration(wait)}>
                  {formatDuration(wait)}
                </td>
              )}
              {hasRun && (
                <td className="pr-3 text-right whitespace-nowrap" title={exactDuration(run)}>
                  {formatDuration(run)}
                </td>
              )}
              <td className="pr-3 text-right whitespace-nowrap text-ink-2">
                <Ago at={timeOf(job, state)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The time that a state is about. */
function timeOf(job: JobRow, state: JobState): number | null {
  if (state === 'failed' || state === 'completed') return job.finishedOn;
  if (state === 'active') return job.processedOn;
  if (state === 'delayed') return job.delayUntil;
  return job.timestamp;
}

function Preview({ job: { dataPreview, isOrphan } }: { job: JobRow }) {
  if (isOrphan) return <Chip tone="warn">only the id is left</Chip>;
  if (!dataPreview) return <span className="text-ink-3">–</span>;
  if (dataPreview.isCut && dataPreview.text === '') return <Chip>{formatBytes(dataPreview.bytes)}</Chip>;
  return <JobLine>{dataPreview.isCut ? `${dataPreview.text}…` : dataPreview.text}</JobLine>;
}

function Gone({ job }: { job: JobRow }) {
  return <span className="text-ink-3">{job.isOrphan ? 'gone' : '–'}</span>;
}

/** A click on a box or a button is meant for it, not for the row; text that is being marked opens nothing. */
function isControl(event: MouseEvent): boolean {
  return (
    (event.target instanceof Element && event.target.closest('button, a') !== null) ||
    Boolean(getSelection()?.toString())
  );
}
