'use client';
import { ChevronRight, Copy } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Job } from '@/lib/domain/job';
import type { JobEventEntry } from '@/lib/domain/job-parts';
import { copyText } from '../format/copy-text';
import { exactDuration, formatDuration } from '../format/duration';
import { Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { attemptsOf, type Attempt } from './attempts';
import { StackTrace } from './stack-trace';

const SHOWN_AT_FIRST = 10;
const TONES = { failed: 'crit', completed: 'plain', running: 'accent', stalled: 'warn', returned: 'plain' } as const;

/** Every attempt of a job, the last one first, each with its error; the last stack is open. */
export function AttemptList({ job, events }: { job: Job; events: readonly JobEventEntry[] }) {
  const attempts = attemptsOf(job, events).reverse();
  const [open, setOpen] = useState<number | null | undefined>(undefined);
  const [isAll, setAll] = useState(false);
  const openNumber = open === undefined ? (attempts.find(({ stack }) => stack !== null)?.number ?? null) : open;
  const missing = (job.attemptsMade ?? 0) - attempts.length;
  if (attempts.length === 0) return <p className="text-sm text-ink-3">It has not been started yet.</p>;
  return (
    <>
      <ol className="divide-y divide-line overflow-hidden rounded-md border border-line">
        {(isAll ? attempts : attempts.slice(0, SHOWN_AT_FIRST)).map((attempt) => (
          <Line
            key={attempt.number}
            attempt={attempt}
            isOpen={attempt.number === openNumber}
            onToggle={() => setOpen(attempt.number === openNumber ? null : attempt.number)}
          />
        ))}
      </ol>
      {attempts.length > SHOWN_AT_FIRST && !isAll && (
        <Button size="sm" variant="ghost" className="mt-1" onClick={() => setAll(true)}>
          Show all {attempts.length}
        </Button>
      )}
      {missing > 0 && (
        <p className="mt-1 text-xs text-ink-3">
          Of {missing} more {missing === 1 ? 'attempt' : 'attempts'} the library has kept nothing but the count.
        </p>
      )}
    </>
  );
}

type LineProps = { attempt: Attempt; isOpen: boolean; onToggle(): void };

function Line({ attempt: { number, startedAt, ms, outcome, error, stack }, isOpen, onToggle }: LineProps) {
  const hasStack = stack !== null && stack.includes('\n');
  return (
    <li>
      <div className="relative flex min-h-8 flex-wrap items-center gap-x-3 px-2 py-1 text-sm hover:bg-hover">
        <button
          type="button"
          aria-expanded={isOpen}
          disabled={stack === null}
          onClick={onToggle}
          className="flex items-center gap-1 after:absolute after:inset-0"
        >
          <ChevronRight
            size={13}
            aria-hidden
            className={cn('text-ink-3', isOpen && 'rotate-90', stack === null && 'invisible')}
          />
          <span>Attempt {number}</span>
        </button>
        <Chip tone={TONES[outcome]}>{outcome}</Chip>
        {startedAt === null ? (
          <span className="text-xs text-ink-3" title="The library keeps the times of the last attempt only.">
            time not recorded
          </span>
        ) : (
          <>
            <Clock at={startedAt} className="text-xs text-ink-2" />
            {ms !== null && (
              <span className="text-xs text-ink-2" title={exactDuration(ms)}>
                {formatDuration(ms)}
              </span>
            )}
          </>
        )}
        {error !== null && <JobLine className="min-w-40 flex-1 truncate text-xs text-crit">{error}</JobLine>}
      </div>
      {isOpen && stack !== null && (
        <div className="relative border-t border-line p-2">
          {hasStack && (
            <Button
              size="icon"
              variant="ghost"
              aria-label={`Copy the stack of attempt ${number}`}
              title="Copy the stack"
              className="absolute top-3 right-4 z-1"
              onClick={() =>
                void copyText(stack).then((isDone) =>
                  isDone ? toast.success('Copied') : toast.error('The browser did not allow copying'),
                )
              }
            >
              <Copy size={13} />
            </Button>
          )}
          <StackTrace stack={stack} />
        </div>
      )}
    </li>
  );
}
