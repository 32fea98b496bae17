'use client';
import type { FailureDetail } from '@/lib/domain/failure';
import { formatCount, plural } from '../format/number';
import { Section } from '../ui/page';

/** How it went for those that were tried again by hand or by a script. */
export function GroupRetries({ retries: { retried, completed, failed } }: { retries: FailureDetail['retries'] }) {
  const ended = completed + failed;
  return (
    <Section title="Retried after failing for good">
      <div className="px-3 py-2.5 text-sm md:px-4">
        {retried === 0 ? (
          <p className="text-ink-3">No retry of a job of this kind was seen: whether one would help is not known.</p>
        ) : (
          <>
            <p>
              {plural(retried, 'job')} retried
              {ended > 0 && (
                <>
                  {' '}
                  · <span className="font-medium">{Math.round((100 * completed) / ended)} %</span> of those that ended
                  succeeded
                </>
              )}
            </p>
            <div aria-hidden className="my-1.5 flex h-2 overflow-hidden rounded-full bg-sunken">
              <span style={{ width: `${(100 * completed) / retried}%`, background: 'var(--s-completed)' }} />
              <span style={{ width: `${(100 * failed) / retried}%`, background: 'var(--s-failed)' }} />
            </div>
            <p className="text-xs text-ink-3">
              {formatCount(completed)} completed, {formatCount(failed)} failed again,{' '}
              {formatCount(Math.max(0, retried - ended))} not ended yet. Jobs that failed before the collector was
              started are not among them.
            </p>
          </>
        )}
      </div>
    </Section>
  );
}
