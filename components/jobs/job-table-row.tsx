'use client';
import { memo } from 'react';
import type { JobRow } from '@/lib/domain/job';
import type { JobState } from '@/lib/domain/queue';
import { exactDuration, formatDuration } from '../format/duration';
import { formatBytes } from '../format/number';
import { runMs, waitMs } from '../job/job-times';
import { useNow } from '../live/use-now';
import { Ago } from '../shell/time';
import { CheckBox } from '../ui/checkbox';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { isControl } from '../ui/is-control';
import { JobLine } from '../ui/job-text';
import { timeOf } from './time-of';

type Props = {
  job: JobRow;
  state: JobState;
  index: number;
  isSelected: boolean;
  /** It has left the state, and keeps its place until the list is read anew. */
  isGone: boolean;
  isUnderCursor: boolean;
  isOpen: boolean;
  onToggle(id: string, isRange: boolean): void;
  onOpen(id: string): void;
};

export const JobTableRow = memo(JobTableRowView, (before, after) =>
  (['job', 'state', 'index', 'isSelected', 'isGone', 'isUnderCursor', 'isOpen', 'onToggle'] as const).every(
    (name) => before[name] === after[name],
  ),
);

function JobTableRowView({ job, state, index, isSelected, isGone, isUnderCursor, isOpen, onToggle, onOpen }: Props) {
  const hasRun = ['failed', 'completed', 'active'].includes(state);
  return (
    <tr
      data-row={index}
      data-cursor={isUnderCursor || undefined}
      aria-selected={isSelected}
      title={isGone ? `No longer ${state}` : undefined}
      onClick={(event) => !isControl(event) && onOpen(job.id)}
      className={cn(
        'h-8 cursor-default scroll-mt-28 border-b border-line hover:bg-hover data-cursor:shadow-[inset_2px_0_0_var(--accent)]',
        isSelected && 'bg-accent-soft hover:bg-accent-soft [&_.text-ink-3]:text-ink-2',
        isOpen && !isSelected && 'bg-hover',
        isGone && 'opacity-45',
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
        {job.name === null ? (
          <span className="text-ink-3">{job.isOrphan ? 'gone' : '–'}</span>
        ) : (
          <JobLine title>{job.name}</JobLine>
        )}
      </td>
      <td className="truncate pr-3 font-mono text-xs text-ink-2 max-sm:hidden">
        <Preview job={job} />
      </td>
      {state === 'failed' && (
        <td className="truncate pr-3 text-crit max-lg:hidden">
          {job.failedReason !== null && <JobLine title>{job.failedReason}</JobLine>}
        </td>
      )}
      {state === 'prioritized' && <td className="pr-3 text-right">{job.priority ?? '–'}</td>}
      <td className="pr-3 text-right whitespace-nowrap max-lg:hidden">
        {job.attemptsMade ?? '–'}
        <span className="text-ink-3"> / {job.attempts ?? '–'}</span>
      </td>
      {hasRun && <Duration className="max-lg:hidden" ms={waitMs(job)} />}
      {hasRun && (state === 'active' ? <RunningFor job={job} /> : <Duration ms={runMs(job, 0)} />)}
      <td className="pr-3 text-right whitespace-nowrap text-ink-2">
        <Ago at={timeOf(job, state)} />
      </td>
    </tr>
  );
}

function RunningFor({ job }: { job: JobRow }) {
  return <Duration ms={runMs(job, useNow())} />;
}

function Duration({ ms, className }: { ms: number | null; className?: string }) {
  return (
    <td className={cn('pr-3 text-right whitespace-nowrap', className)} title={exactDuration(ms)}>
      {formatDuration(ms)}
    </td>
  );
}

function Preview({ job: { dataPreview, isOrphan } }: { job: JobRow }) {
  if (isOrphan) return <Chip tone="warn">only the id is left</Chip>;
  if (!dataPreview) return <span className="text-ink-3">–</span>;
  if (dataPreview.isCut && dataPreview.text === '') return <Chip>{formatBytes(dataPreview.bytes)}</Chip>;
  return <JobLine>{dataPreview.isCut ? `${dataPreview.text}…` : dataPreview.text}</JobLine>;
}
