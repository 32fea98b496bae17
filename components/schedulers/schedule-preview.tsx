'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { schedulePreviewSchema, type ScheduleBody } from '@/lib/domain/scheduler';
import { apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';
import { Ago } from '../shell/time';
import { formatInZone } from './zone-time';

const TYPING_MS = 200;

/** What the schedule in the form would do, asked while it is typed; or what is wrong with it, under the very characters. */
export function SchedulePreview({ schedule, startsAtOnce }: { schedule: ScheduleBody | null; startsAtOnce: boolean }) {
  const text = useSettled(schedule === null ? '' : JSON.stringify(schedule));
  const { data, error } = useQuery({
    queryKey: ['schedule-preview', text],
    queryFn: ({ signal }) =>
      apiPost('/schedules/preview', { schedule: JSON.parse(text) as unknown }, schedulePreviewSchema, { signal }),
    enabled: text !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 5_000,
  });
  return (
    <section
      aria-label="What it will do"
      aria-live="polite"
      className="rounded-md border border-line bg-sunken/50 p-3 text-sm"
    >
      {text === '' || (!data && !error) ? (
        <p className="text-ink-3">Its next runs stand here once there is a schedule.</p>
      ) : error ? (
        <p className="text-crit">{sentenceOf(error)}</p>
      ) : data?.error ? (
        <Wrong pattern={schedule?.pattern} {...data.error} />
      ) : (
        data && (
          <>
            <p className="font-medium">{data.words}</p>
            <p className="text-xs text-ink-3">
              {schedule?.pattern === undefined
                ? startsAtOnce
                  ? 'BullMQ makes the first job at once, and counts from there.'
                  : 'Counted from the full hour, in every zone alike.'
                : data.zone.isAssumed
                  ? `No zone is given: the process that makes the next job takes its own. Shown in ${data.zone.name}.`
                  : `In ${data.zone.name}, whatever the clocks do there.`}
            </p>
            {data.nextRuns.length === 0 ? (
              <p className="mt-1 text-warn">It never runs.</p>
            ) : (
              <ol className="mt-1.5 grid gap-x-6 text-xs sm:grid-cols-2">
                {data.nextRuns.map((at) => (
                  <li key={at} className="flex h-5 justify-between gap-3">
                    <span>{formatInZone(at, data.zone.name)}</span>
                    <span className="text-ink-3">
                      <Ago at={at} />
                    </span>
                  </li>
                ))}
              </ol>
            )}
          </>
        )
      )}
    </section>
  );
}

function Wrong({
  pattern,
  message,
  at,
  length,
}: {
  pattern: string | undefined;
  message: string;
  at: number | null;
  length: number;
}) {
  return (
    <>
      {pattern !== undefined && at !== null && (
        <pre aria-hidden className="overflow-x-auto font-mono text-xs leading-4">
          {pattern}
          {'\n'}
          <span className="text-crit">{' '.repeat(at) + '^'.repeat(Math.max(1, length))}</span>
        </pre>
      )}
      <p className="text-crit">
        {at !== null && pattern !== undefined && <span className="sr-only">At character {at + 1}: </span>}
        {message}
      </p>
    </>
  );
}

/** The value once it has not changed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
