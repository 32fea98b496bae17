'use client';
import { History } from 'lucide-react';
import { useState } from 'react';
import type { AlertRule } from '@/lib/domain/alert-rule';
import type { ReplayedQueue } from '@/lib/domain/replay';
import { formatDuration } from '../format/duration';
import { formatCount, plural } from '../format/number';
import { Clock } from '../shell/time';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { ReplayChart } from './replay-chart';
import { metricValue } from './rule-words';
import { useReplay, useReplayCourse } from './use-replay';

const SHOWN_QUEUES = 20;
const SHOWN_TIMES = 12;

/** What the rule in the form would have done in the last week. */
export function ReplayPanel({ rule, why }: { rule: AlertRule | null; why: string | null }) {
  const { state, start } = useReplay();
  const [picked, setPicked] = useState<string | null>(null);
  const isOld = state !== null && rule !== null && JSON.stringify(judged(state.rule)) !== JSON.stringify(judged(rule));
  const queues = state?.queues ?? [];
  const fired = queues.reduce((sum, queue) => sum + queue.fired, 0);
  const firingMs = queues.reduce((sum, queue) => sum + queue.firingMs, 0);
  const shown = queues.find(({ key }) => key === picked) ?? queues[0] ?? null;
  return (
    <section aria-label="The last week" className="rounded-md border border-line-strong">
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <Button
          size="sm"
          blockedBecause={why ?? (rule ? null : 'Fill in the rule first')}
          onClick={() => rule && void start(rule)}
        >
          <History size={12} aria-hidden /> Try it on the last week
        </Button>
        <p role="status" className="min-w-0 text-sm">
          {state?.page?.cannot ? (
            <span className="text-warn">{state.page.cannot}</span>
          ) : state && !state.error ? (
            <>
              {state.isRunning ? 'So far it' : 'It'} would have fired{' '}
              <b>{fired === 1 ? 'once' : `${formatCount(fired)} times`}</b>
              {fired > 0 && (
                <>
                  , <b>{formatDuration(firingMs)}</b> in all, for {plural(queues.length, 'queue')}
                </>
              )}
              .
            </>
          ) : null}
          {state?.error && <span className="text-crit">{state.error}</span>}
        </p>
      </div>
      {state?.isRunning && (
        <div className="px-3 pb-2 text-xs text-ink-3">
          <progress className="w-full" max={Math.max(1, state.page?.of ?? 1)} value={state.page?.done ?? 0} />
          {state.page ? `${formatCount(state.page.done)} of ${plural(state.page.of, 'queue')}` : 'Reading …'}
        </div>
      )}
      {isOld && <p className="px-3 pb-2 text-xs text-warn">The rule was changed since: try it again.</p>}
      {state && shown && (
        <>
          <Course rule={state.rule} queue={shown} />
          <QueuePicker queues={queues} shown={shown} onPick={setPicked} />
        </>
      )}
      {state?.page && !state.page.cannot && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-ink-3">{state.page.resolution}</p>
      )}
    </section>
  );
}

function Course({ rule, queue }: { rule: AlertRule; queue: ReplayedQueue }) {
  const { data } = useReplayCourse(rule, queue.key);
  const { metric } = rule;
  const times = [...queue.episodes].reverse().slice(0, SHOWN_TIMES);
  return (
    <div className="flex flex-col gap-1 border-t border-line px-3 py-2">
      {data?.course ? (
        <ReplayChart
          replay={data}
          threshold={rule.above ?? rule.below ?? null}
          format={(value) => (metric ? metricValue(metric, value) : formatDuration(value))}
        />
      ) : (
        <div className="h-[120px]" />
      )}
      <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-2">
        {times.map(({ firedAt, resolvedAt, peak }) => (
          <li key={firedAt} className="tabular-nums">
            <Clock at={firedAt} /> {resolvedAt === null ? 'until now' : `for ${formatDuration(resolvedAt - firedAt)}`}
            {peak !== null && metric && <span className="text-ink-3"> ({metricValue(metric, peak)})</span>}
          </li>
        ))}
        {queue.fired > times.length && <li className="text-ink-3">and {queue.fired - times.length} more</li>}
      </ul>
    </div>
  );
}

function QueuePicker({
  queues,
  shown,
  onPick,
}: {
  queues: readonly ReplayedQueue[];
  shown: ReplayedQueue;
  onPick(key: string): void;
}) {
  if (queues.length < 2) return null;
  return (
    <ul className="max-h-40 overflow-y-auto border-t border-line">
      {queues.slice(0, SHOWN_QUEUES).map((queue) => (
        <li key={queue.key}>
          <button
            type="button"
            aria-pressed={queue.key === shown.key}
            onClick={() => onPick(queue.key)}
            className={cn(
              'flex w-full items-baseline gap-3 px-3 py-1 text-left text-xs hover:bg-hover',
              queue.key === shown.key && 'bg-accent-soft',
            )}
          >
            <JobLine className="min-w-0 flex-1 truncate">{queue.label}</JobLine>
            <span className="tabular-nums">{plural(queue.fired, 'time')}</span>
            <span className="w-20 text-right text-ink-3 tabular-nums">{formatDuration(queue.firingMs)}</span>
          </button>
        </li>
      ))}
      {queues.length > SHOWN_QUEUES && (
        <li className="px-3 py-1 text-xs text-ink-3">and {plural(queues.length - SHOWN_QUEUES, 'more queue')}</li>
      )}
    </ul>
  );
}

/** What of a rule decides when it fires. */
function judged({ name: _name, note: _note, severity: _severity, enabled: _enabled, ...rest }: AlertRule) {
  return { ...rest, channels: undefined, escalate: undefined };
}
