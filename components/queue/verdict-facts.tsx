'use client';
import Link from 'next/link';
import { verdictWindow, type Evidence, type Suggestion } from '@/lib/domain/verdict';
import { queueHref } from '../format/hrefs';
import { useNow } from '../live/use-now';
import { JobLine } from '../ui/job-text';

const MINUTE_MS = 60_000;

type Props = {
  queueKey: string | null;
  since: number;
  evidence: readonly Evidence[];
  suggestions: readonly Pick<Suggestion, 'label' | 'href'>[];
};

/** What proves a verdict, with the way to its charts in the window that it came about in, and what would help. */
export function VerdictFacts({ queueKey, since, evidence, suggestions }: Props) {
  const now = useNow();
  // Whole minutes, so that the address does not change under the pointer.
  const { from, to } = verdictWindow({ since }, Math.ceil(now / MINUTE_MS) * MINUTE_MS);
  const frozen =
    queueKey === null ? null : `${queueHref(queueKey)}?from=${Math.round(from)}&to=${Math.round(to)}#history`;
  if (evidence.length + suggestions.length === 0) return null;
  return (
    <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-3 [overflow-wrap:anywhere]">
      {evidence.map(({ label, value, chart }) => (
        <span key={label}>
          <JobLine>{label}</JobLine>{' '}
          {chart !== undefined && frozen !== null ? (
            <Link
              href={frozen}
              prefetch={false}
              className="link text-ink-2"
              title="See its course, in the window in which this began"
            >
              <JobLine>{value}</JobLine>
            </Link>
          ) : (
            <JobLine className="text-ink-2">{value}</JobLine>
          )}
        </span>
      ))}
      {suggestions.map(({ label, href }) => (
        <span key={label} className="text-ink-2">
          →{' '}
          {href === undefined ? (
            <JobLine>{label}</JobLine>
          ) : (
            <Link href={href} prefetch={false} className="link">
              <JobLine>{label}</JobLine>
            </Link>
          )}
        </span>
      ))}
    </p>
  );
}

/** Symptoms that a verdict explains. */
export function Symptoms({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <ul aria-label="Explained by it" className="mt-0.5 text-xs text-ink-2">
      {sentences.map((sentence) => (
        <li key={sentence} className="[overflow-wrap:anywhere]">
          <span aria-hidden className="text-ink-3">
            ↳{' '}
          </span>
          <JobLine>{sentence}</JobLine>
        </li>
      ))}
    </ul>
  );
}
