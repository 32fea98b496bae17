'use client';
import type { Preview, Tally } from '@/lib/domain/operation';
import { formatCount, plural } from '../format/number';
import { Ago } from '../shell/time';
import { JobLine } from '../ui/job-text';

/** How many jobs, from when to when, and what they are. */
export function PreviewBox({ preview, isCounting, state }: { preview: Preview; isCounting: boolean; state: string }) {
  const { matched, scanned, of, oldest, newest, sampled, names, errors } = preview;
  const isSample = sampled < matched;
  return (
    <section aria-label="What is meant" className="rounded-md border border-line bg-sunken/50 p-3">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <strong className="text-lg font-semibold">{formatCount(matched)}</strong>
        <span className="text-ink-2">
          {matched === 1 ? 'job' : 'jobs'} {isCounting ? 'so far' : ''}
        </span>
        {oldest !== null && (
          <span className="ml-auto text-xs text-ink-2">
            <Ago at={oldest} />
            {newest !== null && newest !== oldest && (
              <>
                {' to '}
                <Ago at={newest} />
              </>
            )}
          </span>
        )}
      </p>
      {isCounting && (
        <div className="mt-1.5" role="status">
          <Bar share={of > 0 ? scanned / of : 0} />
          <p className="mt-0.5 text-xs text-ink-3">
            {formatCount(scanned)} of {formatCount(of)} looked at. You can start before all are counted.
          </p>
        </div>
      )}
      {matched > 0 && (
        <p className="mt-1 text-xs text-ink-3">
          Jobs that come to be {state} from now on are not meant
          {isSample && sampled > 0 ? `. Names and errors: of ${plural(sampled, 'job')}, the newest` : ''}.
        </p>
      )}
      <Tallies title="By name" rows={names} of={sampled} />
      <Tallies title="By error" rows={errors} of={sampled} />
    </section>
  );
}

function Tallies({ title, rows, of }: { title: string; rows: readonly Tally[]; of: number }) {
  if (rows.length === 0) return null;
  return (
    <div className="mt-2">
      <h3 className="label">{title}</h3>
      <ul className="max-h-32 overflow-y-auto">
        {rows.map(({ text, count }) => (
          <li key={text} className="relative flex h-6 items-center gap-2 text-xs">
            <span
              aria-hidden
              className="absolute inset-y-0.5 left-0 rounded-sm bg-accent-soft"
              style={{ width: `${Math.max(1, (count / Math.max(1, of)) * 100)}%` }}
            />
            <JobLine className="relative min-w-0 flex-1 truncate pl-1.5" title>
              {text}
            </JobLine>
            <span className="relative pr-1 text-ink-2">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Bar({ share, tone = 'bg-accent' }: { share: number; tone?: string }) {
  return (
    <div aria-hidden className="h-1 overflow-hidden rounded-full bg-line">
      <div
        className={`h-full rounded-full ${tone}`}
        style={{ width: `${Math.round(Math.min(1, share) * 1_000) / 10}%` }}
      />
    </div>
  );
}
