import { countWords, durationWords, numberWords } from '../../domain/words';
import type { Evidence } from '../../domain/verdict';
import { isShown, type Condition, type Situation } from '../condition';
import type { TroubledJob } from '../recent-jobs';
import { lookAtJobs, percent } from '../said';

/** What a queue's failures are judged by, ms: as long as it takes for enough jobs to end. */
const WINDOWS_MS = [20_000, 60_000, 600_000] as const;
const ENOUGH = 10;
/** A deploy is held to have to do with failures that begin within this time after it. */
const AFTER_DEPLOY_MS = 15 * 60_000;

type Share = { ms: number; failed: number; completed: number; attempts: number };

export const failing: Condition = {
  code: 'failing',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['poison-jobs', 'retry-storm'],
  holds: (situation) => {
    const share = shareOf(situation);
    if (share === null) return 'unknown';
    if (isOver(situation, share)) return 'no';
    const { failed, completed } = share;
    const part = failed / Math.max(1, failed + completed);
    // A queue that always fails some of its jobs is told when it fails far more.
    const bound = Math.min(0.8, Math.max(0.2, 2 * (situation.usual?.failedShare ?? 0)));
    return (isShown(situation) ? failed >= 2 && part > 0.75 * bound : failed >= 5 && part > bound) ? 'yes' : 'no';
  },
  began: ({ recent, now }) => recent.failures.top('count', now, 60_000)[0]?.firstAt ?? null,
  describe: (situation) => {
    const { queue, recent, held, now } = situation;
    const share = shareOf(situation) ?? { ms: 60_000, failed: 0, completed: 0, attempts: 0 };
    const { failed, completed, ms } = share;
    const part = failed / Math.max(1, failed + completed);
    const top = recent.failures.top('count', now, ms)[0];
    const of = recent.failures.top('count', now, ms).reduce((sum, kind) => sum + kind.sum, 0);
    const mostly = top ? `, ${top.sum === of ? 'all' : percent(top.sum / of)} with “${top.title}”` : '';
    const deploy = deployBefore(situation, top?.firstAt ?? now);
    return {
      severity: part >= (held?.verdict?.severity === 'critical' ? 0.4 : 0.5) ? 'critical' : 'warning',
      sentence: `${completed === 0 ? `All ${countWords(failed, 'job')} that finished` : `${percent(part)} of the jobs that finished`} in the last ${durationWords(ms)} failed${mostly}${deploy ? `, since ${durationWords(Math.max(0, (top?.firstAt ?? now) - deploy.at))} after the deploy “${deploy.text}”` : ''}.`,
      evidence: [
        { label: `Failed in the last ${durationWords(ms)}`, value: numberWords(failed), chart: 'failed' },
        { label: 'Completed meanwhile', value: numberWords(completed), chart: 'throughput' },
        ...kindEvidence(situation, ms),
        ...usualEvidence(situation),
      ],
      actions: [
        ...(top ? [{ label: `Look at the failures “${top.title}”`, href: `/failures/${top.key}` }] : []),
        lookAtJobs(queue, 'Read the errors of the newest failed jobs', 'failed'),
      ],
    };
  },
};

export const retryStorm: Condition = {
  code: 'retry-storm',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['poison-jobs'],
  holds: (situation) => {
    const share = shareOf(situation);
    if (share === null) return 'unknown';
    if (isOver(situation, share)) return 'no';
    const { attempts, completed, failed } = share;
    // With few tries a job what counts is that jobs fail; a storm is work spent on trying again.
    if (attempts < 2.5 * failed) return 'no';
    return (isShown(situation) ? attempts >= 3 && attempts > 0.7 * completed : attempts >= 10 && attempts > completed)
      ? 'yes'
      : 'no';
  },
  describe: (situation) => {
    const { queue, recent, now } = situation;
    const { attempts, completed, failed, ms } = shareOf(situation) ?? {
      attempts: 0,
      completed: 0,
      failed: 0,
      ms: 60_000,
    };
    const top = recent.failures.top('count', now, ms)[0];
    return {
      severity: 'warning',
      sentence: `${countWords(attempts, 'attempt')} failed in the last ${durationWords(ms)} and will be tried again, against ${countWords(completed, 'job')} completed${top ? `; mostly “${top.title}”` : ''}.`,
      evidence: [
        { label: `Failed attempts in the last ${durationWords(ms)}`, value: numberWords(attempts), chart: 'failed' },
        { label: 'Completed meanwhile', value: numberWords(completed), chart: 'throughput' },
        { label: 'Failed for good meanwhile', value: numberWords(failed), chart: 'failed' },
        ...kindEvidence(situation, ms),
      ],
      actions: [
        ...(top
          ? [{ label: `Find the dependency that “${top.title}” comes from`, href: `/failures/${top.key}` }]
          : [lookAtJobs(queue, 'Find the dependency that the attempts fail on', 'delayed')]),
        { label: 'Pause the queue until it is back, to save the remaining attempts', action: 'pause' },
      ],
    };
  },
};

/** So many failures of one job are no bad luck. */
const REPEATS = 3;
/** Poison is a small part of the jobs; where most fail, it is not the jobs' fault. */
const POISON_SHARE = 0.2;

export const poisonJobs: Condition = {
  code: 'poison-jobs',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['paused-with-backlog', 'no-workers'],
  holds: (situation) => {
    const jobs = poisonOf(situation);
    if (jobs.length === 0) return 'no';
    if (jobs.some(({ stalls }) => stalls >= 2)) return 'yes';
    const { recent, now } = situation;
    // Since the first of them began to fail: what was done before proves nothing.
    const since = Math.min(...jobs.map(({ firstAt }) => firstAt));
    const completed = recent.sumToNow('completed', now, Math.max(0, now - since - 5_000));
    return jobs.length <= POISON_SHARE * completed ? 'yes' : 'no';
  },
  began: (situation) => Math.min(...poisonOf(situation).map(({ firstAt }) => firstAt)),
  describe: (situation) => {
    const { queue, recent, now } = situation;
    const jobs = poisonOf(situation);
    const worst = [...jobs].sort((a, b) => b.failures + 2 * b.stalls - a.failures - 2 * a.stalls);
    const stalls = jobs.reduce((sum, job) => sum + job.stalls, 0);
    const tries = jobs.reduce((sum, job) => sum + job.failures + job.stalls, 0);
    const [first] = worst;
    return {
      severity: 'warning',
      sentence: `${countWords(jobs.length, 'job')} ${jobs.length === 1 ? 'fails' : 'fail'} again and again (${countWords(tries, 'time')} lately) while others are done${stalls > 0 ? `; ${countWords(stalls, 'time')} the worker went down with it` : ''}.`,
      evidence: [
        ...worst.slice(0, 3).map(({ id, name, failures, stalls: down }) => ({
          label: `Job ${id}${name === null ? '' : ` (${name})`}`,
          value:
            down > 0
              ? `stalled ${countWords(down, 'time')}, failed ${numberWords(failures)}`
              : `failed ${countWords(failures, 'time')}`,
        })),
        {
          label: 'Completed in the last minute',
          value: numberWords(recent.sumToNow('completed', now, 60_000)),
          chart: 'throughput',
        },
      ],
      actions: [
        lookAtJobs(
          queue,
          'Look at the job and take it out, or move it to a dead-letter queue',
          'delayed',
          first ? `id:${first.id}` : '',
        ),
        { label: 'Give it up after fewer attempts' },
      ],
    };
  },
};

/** Jobs that failed again and again and go on: the last time is not longer ago than they usually take. */
function poisonOf({ recent, now }: Situation): TroubledJob[] {
  return recent.jobs.repeated(REPEATS, now, 15 * 60_000).filter((job) => {
    const every = (job.lastAt - job.firstAt) / Math.max(1, job.failures + job.stalls - 1);
    return now - job.lastAt < Math.min(10 * 60_000, Math.max(20_000, 3 * every));
  });
}

/** How jobs ended, in the shortest window with enough of them; `null` where events were missed. */
function shareOf({ recent, now, queue }: Situation): Share | null {
  if (queue.lastMinute.quality === 'unknown') return null;
  let share: Share | null = null;
  for (const ms of WINDOWS_MS) {
    if (!recent.isWhole(now, ms)) return share;
    const [failed, completed, attempts] = (['failed', 'completed', 'attempts'] as const).map((field) =>
      recent.sumToNow(field, now, ms),
    ) as [number, number, number];
    // What ended long ago says nothing where much ends now.
    if (share !== null && ms === 600_000 && failed + completed + attempts >= 3 * ENOUGH) return share;
    share = { ms, failed, completed, attempts };
    if (failed + completed + attempts >= ENOUGH) return share;
  }
  return share;
}

/** Nothing failed lately, where much did before. */
function isOver({ recent, now }: Situation, { ms, failed, attempts }: Share): boolean {
  const newest = recent.sumToNow('failed', now, 15_000) + recent.sumToNow('attempts', now, 15_000);
  return newest === 0 && ((failed + attempts) * 15_000) / ms >= 3;
}

function deployBefore({ deploys }: Situation, since: number) {
  return deploys.find(({ at }) => at <= since + 5_000 && since - at <= AFTER_DEPLOY_MS) ?? null;
}

function kindEvidence({ recent, now }: Situation, ms: number): Evidence[] {
  return recent.failures
    .top('count', now, ms)
    .slice(0, 3)
    .map(({ title, sum }) => ({ label: `“${title}”`, value: numberWords(sum) }));
}

function usualEvidence({ usual }: Situation): Evidence[] {
  return usual === null ? [] : [{ label: 'Usual share of failures at this hour', value: percent(usual.failedShare) }];
}
