'use client';
import Link from 'next/link';
import { sentenceOf } from '../api/problem';
import { windowOf } from '../charts/range';
import { formatCount } from '../format/number';
import { Ago } from '../shell/time';
import { Section } from '../ui/page';
import { FailureTitle } from './failure-row';
import { isShown } from './failure-words';
import { QueueNames } from './queue-names';
import { SparkBars } from './spark-bars';
import { FailureStateChip } from './state-chip';
import { useFailures } from './use-failures';

/** Fewer on the overview, which has its queues to show. */
const SHOWN = { ofQueue: 5, ofAll: 3 };
const WINDOW = windowOf('24h', null, null);

/** What fails most over the last day, in a queue or in all (`null`). */
export function TopFailures({ queueKey }: { queueKey: string | null }) {
  const { data, error } = useFailures(WINDOW, queueKey);
  const open = (data?.groups ?? []).filter(({ state }) => isShown(state, 'open'));
  const groups = open
    .filter(({ failed, attempts, retained }) => failed + attempts + (retained ?? 0) > 0)
    .slice(0, queueKey === null ? SHOWN.ofAll : SHOWN.ofQueue);
  return (
    <Section title="Top failures, 24 h">
      {groups.length === 0 ? (
        <p className="px-3 py-3 text-sm text-ink-2 md:px-4">
          {data ? 'Nothing failed, or all of it is muted or resolved.' : error ? sentenceOf(error) : '…'}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {groups.map((group) => (
            <li key={group.fingerprint} className="flex items-center gap-3 px-3 py-1 text-sm md:px-4">
              <div className="min-w-0 flex-1">
                <FailureTitle group={group} />
              </div>
              {queueKey === null && (
                <span className="w-40 shrink-0 truncate text-ink-2 max-lg:hidden">
                  <QueueNames queueKeys={group.queues.map(({ key }) => key)} />
                </span>
              )}
              <span className="shrink-0 sm:w-22">
                <FailureStateChip state={group.state} />
              </span>
              <SparkBars values={group.spark} className="h-[18px] w-20 shrink-0 max-sm:hidden" />
              <span className="w-14 shrink-0 text-right" title="Failed for good in the last 24 hours">
                {formatCount(group.failed)}
              </span>
              <Ago at={group.lastSeen} className="w-18 shrink-0 text-right text-xs text-ink-3 max-sm:hidden" />
            </li>
          ))}
        </ul>
      )}
      <p className="border-t border-line px-3 py-1.5 text-xs md:px-4">
        <Link
          href={queueKey === null ? '/failures' : `/failures?queue=${queueKey}`}
          prefetch={false}
          className="link text-ink-3"
        >
          All failures{queueKey !== null && ' of this queue'}
          {open.length > groups.length && ` (${open.length})`}
        </Link>
      </p>
    </Section>
  );
}
