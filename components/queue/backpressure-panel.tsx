'use client';
import { parseAsInteger, useQueryState } from 'nuqs';
import type { ReactNode } from 'react';
import type { Forecast } from '@/lib/domain/forecast';
import type { Queue } from '@/lib/domain/queue';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/number';
import { cn } from '../ui/cn';
import { BackpressureTools } from './backpressure-tools';
import { formatRate, pressureSentence, workersSentence } from './backpressure-words';
import { MemoryRows } from './memory-rows';

/** Goals that people have, minutes. */
const GOALS = [1, 5, 10, 30, 60, 240] as const;
const DEFAULT_GOAL = 10;

/** Does this queue keep up, when is it empty, what would it take, what does it cost, and what can be done? */
export function BackpressurePanel({ queue, isStale }: { queue: Queue; isStale: boolean }) {
  const { forecast, backlog, workers } = queue;
  const [goal, setGoal] = useQueryState('goal', parseAsInteger.withDefault(DEFAULT_GOAL));
  const minutes = GOALS.find((each) => each === goal) ?? DEFAULT_GOAL;
  return (
    <section aria-labelledby="backpressure" className={cn('panel overflow-hidden', isStale && 'stale')}>
      <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1 md:px-4">
        <h2 id="backpressure" className="text-sm">
          Backpressure
        </h2>
        <p className="text-sm text-ink-2">{forecast ? pressureSentence(forecast, backlog) : 'Not reckoned yet.'}</p>
      </div>
      {forecast && (
        <dl className="flex flex-wrap gap-x-6 gap-y-2 px-3 py-2 md:px-4">
          <Figure name="Arrives" title="In the last minute">
            {formatRate(forecast.arrivalPerS)}
          </Figure>
          <Figure name="Is finished" title="In the last minute, completed or failed for good">
            {formatRate(forecast.servicePerS)}
          </Figure>
          <Figure name="Could be finished" title={capacityTitle(forecast)}>
            {formatRate(forecast.capacityPerS)}
          </Figure>
          <Figure
            name="Workers busy"
            title="Share of what they can run at once, which is the most that was seen while jobs waited: it is not in the broker"
          >
            {forecast.utilisation === null ? '–' : `${Math.round(forecast.utilisation * 100)} %`}
          </Figure>
          <Figure name="Backlog grows" title="Over the last minute; negative: it shrinks">
            {formatRate(forecast.trendPerS)}
          </Figure>
          <Figure name="Mean run" title="Of the attempts that ended in the last minutes">
            {forecast.meanRunMs === null ? '–' : formatDuration(forecast.meanRunMs)}
          </Figure>
          <Figure name="Workers to keep up" title="With what arrives now, not counting what waits">
            {formatCount(forecast.workersNeeded)}
          </Figure>
          <div className="min-w-0">
            <dt className="label flex items-center gap-1.5">
              <label htmlFor="goal">Workers to be empty in</label>
              <select
                id="goal"
                value={minutes}
                onChange={(event) => void setGoal(Number(event.target.value))}
                className="h-6 rounded-md border border-line-strong bg-bg px-1 text-xs"
              >
                {GOALS.map((each) => (
                  <option key={each} value={each}>
                    {formatDuration(each * 60_000)}
                  </option>
                ))}
              </select>
            </dt>
            <dd className="text-sm">{workersSentence(forecast, backlog, workers, minutes)}</dd>
          </div>
        </dl>
      )}
      {queue.memory && <MemoryRows queue={queue} memory={queue.memory} />}
      <BackpressureTools queue={queue} />
    </section>
  );
}

function capacityTitle({ slots }: Forecast): string {
  return slots === null
    ? 'What these workers finish when all are busy: not known before jobs have waited for them'
    : `What these workers finish when all are busy, ${formatCount(slots)} jobs at once`;
}

function Figure({ name, title, children }: { name: string; title: string; children: ReactNode }) {
  return (
    <div title={title}>
      <dt className="label">{name}</dt>
      <dd className="text-lg font-semibold">{children}</dd>
    </div>
  );
}
