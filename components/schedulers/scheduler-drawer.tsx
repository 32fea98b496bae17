'use client';
import { Pencil, Play, Trash2, X } from 'lucide-react';
import Link from 'next/link';
import { useState, type ReactNode } from 'react';
import type { Queue } from '@/lib/domain/queue';
import type { SchedulerDetail, SchedulerRun } from '@/lib/domain/scheduler';
import { sentenceOf } from '../api/problem';
import { jobsHref, queueHref } from '../format/hrefs';
import { formatBytes, formatCount, plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { useLive } from '../live/live-provider';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Ago, Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Drawer } from '../ui/drawer';
import { Empty } from '../ui/empty';
import { JobBlock, JobLine } from '../ui/job-text';
import { SkeletonRows } from '../ui/skeleton';
import { RemoveScheduler } from './remove-scheduler';
import { OUTCOME_WORDS, RunStrip } from './run-strip';
import { SchedulerDialog } from './scheduler-dialog';
import { StatusMark, statusWords } from './status-mark';
import { useScheduler, useSchedulerActions } from './use-schedulers';
import { formatInZone } from './zone-time';

type Props = { queueKey: string; id: string | null; onClose(): void; onMoved(id: string): void };

/** When does it run next, how did the last runs end, and what does it make? Open while the address names one. */
export function SchedulerDrawer({ queueKey, id, onClose, onMoved }: Props) {
  const queue = useLive((state) => state.byKey.get(queueKey));
  const { data, error, isPending } = useScheduler(queueKey, id);
  return (
    <Drawer open={id !== null} onClose={onClose} label={`Scheduler ${visibleLine(data?.name ?? id ?? '')}`}>
      <div className="flex min-h-12 items-center gap-2 border-b border-line px-4 py-2">
        {data && <StatusMark status={data.status} />}
        <h2 className="min-w-0 flex-1 truncate text-base">
          <JobLine>{data?.name ?? id ?? ''}</JobLine>
        </h2>
        <Button variant="ghost" size="icon" aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <X size={16} />
        </Button>
      </div>
      {data && queue && <Actions queue={queue} scheduler={data} onClose={onClose} onMoved={onMoved} />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {isPending && !error && <SkeletonRows count={8} />}
        {error && !data && <Empty title="This scheduler cannot be shown">{sentenceOf(error)}</Empty>}
        {data && <Details scheduler={data} />}
      </div>
    </Drawer>
  );
}

function Actions({
  queue,
  scheduler,
  onClose,
  onMoved,
}: { queue: Queue; scheduler: SchedulerDetail } & Omit<Props, 'queueKey' | 'id'>) {
  const [dialog, setDialog] = useState<'edit' | 'remove' | null>(null);
  const { run } = useSchedulerActions();
  const whyNotRun = useWhyNotAct(queue, 'run scheduler');
  const whyNotEdit = useWhyNotAct(queue, 'edit scheduler');
  const whyNotRemove = useWhyNotAct(queue, 'remove scheduler');
  return (
    <div className="flex flex-wrap gap-2 border-b border-line px-4 py-2">
      <Button
        size="sm"
        title="Adds one job of its template now, like any other job; the schedule does not change"
        blockedBecause={
          whyNotRun ?? (scheduler.template === null ? 'What its jobs are made from is gone with its next job.' : null)
        }
        disabled={run.isPending}
        onClick={() => run.mutate(scheduler)}
      >
        <Play size={12} aria-hidden /> Run now
      </Button>
      <Button size="sm" blockedBecause={whyNotEdit ?? scheduler.whyNotEdit} onClick={() => setDialog('edit')}>
        <Pencil size={12} aria-hidden /> Edit
      </Button>
      <Button size="sm" variant="dangerGhost" blockedBecause={whyNotRemove} onClick={() => setDialog('remove')}>
        <Trash2 size={12} aria-hidden /> Remove
      </Button>
      {dialog === 'edit' && (
        <SchedulerDialog queue={queue} scheduler={scheduler} onClose={() => setDialog(null)} onSaved={onMoved} />
      )}
      {dialog === 'remove' && (
        <RemoveScheduler scheduler={scheduler} onCancel={() => setDialog(null)} onRemoved={onClose} />
      )}
    </div>
  );
}

function Details({ scheduler }: { scheduler: SchedulerDetail }) {
  const { words, schedule, zone, status, trouble, nextRuns, runs, missed, template, made, queueKey, queue, id, form } =
    scheduler;
  return (
    <div className="flex flex-col gap-4 p-4">
      {trouble !== null && (
        <p
          className={`rounded-md px-3 py-2 text-sm ${status === 'broken' ? 'bg-crit-soft text-crit' : status === 'late' ? 'bg-warn-soft text-warn' : 'bg-sunken text-ink-2'}`}
        >
          {trouble}
        </p>
      )}
      <section>
        <p className="text-lg font-medium">{words}</p>
        <dl className="mt-2 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
          {schedule.pattern !== null && (
            <Fact name="Pattern">
              <code className="font-mono text-xs">{visibleLine(schedule.pattern)}</code>
            </Fact>
          )}
          {schedule.pattern !== null && (
            <Fact name="Zone">
              {zone.name}
              {zone.isAssumed && (
                <span className="ml-2 text-xs text-ink-3">
                  assumed: none is set, so that the process which makes the next job takes its own
                </span>
              )}
            </Fact>
          )}
          {schedule.startAt !== null && (
            <Fact name="Not before">
              <Clock at={schedule.startAt} />
            </Fact>
          )}
          {schedule.endAt !== null && (
            <Fact name="Not after">
              <Clock at={schedule.endAt} />
            </Fact>
          )}
          {(schedule.limit !== null || made !== null) && (
            <Fact name="Jobs made">
              {formatCount(made)}
              {schedule.limit !== null && ` of ${formatCount(schedule.limit)}`}
            </Fact>
          )}
          <Fact name="Queue">
            <Link href={queueHref(queueKey)} prefetch={false} className="link">
              <JobLine>{queue.name}</JobLine>
            </Link>
          </Fact>
          <Fact name={form === 'bullmq-scheduler' ? 'Id' : 'Key'}>
            <JobLine className="font-mono text-xs [overflow-wrap:anywhere]">{id}</JobLine>
            {form === 'bullmq-repeatable' && (
              <span className="ml-2 text-xs text-ink-3">a repeatable job of before job schedulers</span>
            )}
          </Fact>
        </dl>
      </section>
      <section aria-label="Next runs">
        <h3 className="label mb-1">Next runs</h3>
        {nextRuns.length === 0 ? (
          <p className="text-sm text-ink-3">None: it {statusWords(status)}.</p>
        ) : (
          <ol className="divide-y divide-line text-sm">
            {nextRuns.map((at) => (
              <li key={at} className="flex h-7 items-center justify-between gap-3">
                <span>{formatInZone(at, zone.name)}</span>
                <span className="text-ink-3">
                  <Ago at={at} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section aria-label="Last runs">
        <h3 className="label mb-1">
          Last {plural(runs.length, 'time')}
          {missed > 0 && <span className="ml-2 font-medium text-warn">{missed} missed</span>}
        </h3>
        {runs.length === 0 ? (
          <p className="text-sm text-ink-3">No job of it is kept, and none was seen since it is watched.</p>
        ) : (
          <>
            <RunStrip runs={runs} />
            <ol className="mt-2 divide-y divide-line text-sm">
              {runs
                .slice(-10)
                .reverse()
                .map((run) => (
                  <Run key={run.at} run={run} queueKey={queueKey} />
                ))}
            </ol>
          </>
        )}
      </section>
      <section aria-label="What its jobs are made from">
        <h3 className="label mb-1">What its jobs are made from</h3>
        {template === null ? (
          <p className="text-sm text-ink-3">Gone with its next job.</p>
        ) : (
          <>
            {template.data === null ? (
              <p className="text-sm text-ink-3">{formatBytes(template.dataBytes)}, not shown here.</p>
            ) : (
              <JobBlock className="max-h-60 overflow-auto rounded-md border border-line bg-bg p-2">
                {template.data}
              </JobBlock>
            )}
            {Object.keys(template.opts).length > 0 && (
              <JobBlock className="mt-2 max-h-40 overflow-auto rounded-md border border-line bg-bg p-2">
                {JSON.stringify(template.opts, null, 1)}
              </JobBlock>
            )}
          </>
        )}
      </section>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function Run({ run, queueKey }: { run: SchedulerRun; queueKey: string }) {
  const tone = { failed: 'text-crit', missed: 'text-warn', unknown: 'text-ink-3', running: '', completed: '' }[
    run.outcome
  ];
  const state = run.outcome === 'failed' ? 'failed' : 'completed';
  const hasJob = run.jobId !== null && (run.outcome === 'completed' || run.outcome === 'failed');
  return (
    <li className="flex h-7 items-center gap-3">
      <Clock at={run.at} className="w-32 shrink-0" />
      <span className={tone}>{OUTCOME_WORDS[run.outcome]}</span>
      {hasJob && (
        <Link
          href={jobsHref(queueKey, { state, job: run.jobId ?? '' })}
          prefetch={false}
          className="link ml-auto text-xs text-ink-3"
          title="If the job is still kept"
        >
          job
        </Link>
      )}
    </li>
  );
}
