import { countWords, durationWords, numberWords } from '../../domain/words';
import type { Evidence } from '../../domain/verdict';
import { isShown, type Condition, type Said, type Situation } from '../condition';
import { SLOT_MS } from '../lately';
import type { TroubledJob } from '../recent-jobs';
import { lookAtJobs, percent } from '../said';

/** What a queue's failures are judged by, ms: as long as it takes for enough jobs to end. */
const WINDOWS_MS = [20_000, 60_000, 600_000] as const;
const ENOUGH = 10;
/** A deploy is held to have to do with failures that begin within this time after it. */
const AFTER_DEPLOY_MS = 15 * 60_000;

/** Where nearly all fail, nothing has to be waited for. */
const NEARLY_ALL = 0.9;
/** So many in a row, and so seldom by chance. */
const IN_A_ROW = 3;
const BY_CHANCE = 0.01;
const MINUTE_MS = 60_000;
/** A rise is no chance from so many failures in a minute on, and this share of what ends. */
const RISE_LEAST = 10;
const RISE_SHARE = 0.01;
const RISE_KNOWN_MS = 35_000;

type Share = { ms: number; failed: number; completed: number; attempts: number };

export const failing: Condition = {
  code: 'failing',
  enterMs: 0,
  leaveMs: 10_000,
  explainedBy: ['poison-jobs', 'retry-storm'],
  anchor: (situation) => {
    const rise = isMany(situation, shareOf(situation)) ? null : riseOf(situation);
    return rise && { value: rise.before, of: rise.key };
  },
  holds: (situation) => {
    const share = shareOf(situation);
    if (share === null) return 'unknown';
    if (isMany(situation, share) || isInARow(situation)) return 'yes';
    return riseOf(situation) === null ? 'no' : 'yes';
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
    const rise = isMany(situation, share) ? null : riseOf(situation);
    if (rise !== null) return riseWords(situation, rise, share);
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

/** Most of what ends fails, or many times what usually does. */
function isMany(situation: Situation, share: Share | null): boolean {
  if (share === null || isOver(situation, share)) return false;
  const { failed, completed } = share;
  const part = failed / Math.max(1, failed + completed);
  // A queue that always fails some of its jobs is told when it fails far more.
  const bound = Math.min(0.8, Math.max(0.2, 2 * (situation.usual?.failedShare ?? 0)));
  if (isShown(situation)) return failed >= 2 && part > 0.75 * bound;
  return failed >= 5 && part > bound && (part >= NEARLY_ALL || isGoingOn(situation));
}

/** Some of a burst fail and all is well again: what goes on fails in several moments. */
function isGoingOn({ recent, now }: Situation): boolean {
  return recent.each('failed', now + SLOT_MS, 30_000).filter((count) => count > 0).length >= 3;
}

/** The last jobs failed one after the other, where that is no chance. However few run, nobody waits for ten of them. */
function isInARow(situation: Situation): boolean {
  const { recent, usual, now } = situation;
  const { jobs, from, to } = recent.failedInARow();
  if (jobs < IN_A_ROW || now - to > 15 * 60_000) return false;
  if (isShown(situation)) return true;
  const ends = recent.sumToNow('completed', now, 15 * 60_000) + recent.sumToNow('failed', now, 15 * 60_000);
  const failedBefore = Math.max(0, recent.sumToNow('failed', now, 15 * 60_000) - jobs);
  const endsBefore = Math.max(0, ends - jobs);
  if (usual === null && endsBefore < IN_A_ROW) return false;
  const seldom = Math.max(usual?.failedShare ?? 0, (failedBefore + 1) / (endsBefore + 10));
  return to - from >= 4_000 && Math.max(1, endsBefore) * seldom ** jobs < BY_CHANCE;
}

type Rise = {
  key: string;
  title: string;
  firstAt: number;
  now: number;
  before: number;
  failed: number;
  isNew: boolean;
};

/** The kind of failure that makes jobs fail far more often than before, beyond chance, for longer than a moment. */
function riseOf(situation: Situation): Rise | null {
  const { recent, held, now, usual } = situation;
  if (recent.sumToNow('failed', now, 20_000) === 0) return null;
  const ends = recent.finished(now, MINUTE_MS);
  const knownMs = recent.knownMs(now);
  if (ends < 50 || knownMs < RISE_KNOWN_MS) return null;
  const anchor = isShown(situation) ? (held?.anchor ?? null) : null;
  for (const { key, title, sum: failed, firstAt } of recent.failures.top('ended', now, MINUTE_MS)) {
    const share = failed / ends;
    if (failed < RISE_LEAST || share < RISE_SHARE) break;
    // What came and went needs nobody.
    if (!isShown(situation) && !recent.failures.isLasting(key, 'ended', now)) continue;
    if (isShown(situation) && recent.failures.sum(key, 'ended', now, 20_000) === 0) continue;
    const before = anchor?.of === key ? anchor.value : shareBefore(situation, key, firstAt, knownMs);
    if (before === null) continue;
    const expected = Math.max(before, usual?.failedShare ?? 0) * ends;
    if (failed < (anchor ? 2 : 3) * expected || failed - expected < 5 * Math.sqrt(expected + 1)) continue;
    return { key, title, firstAt, now: share, before, failed, isNew: before === 0 };
  }
  return null;
}

/** Share of the ends that were failures of one kind, before the last minute; 0 for a kind that is new; `null`: not known. */
function shareBefore({ recent, now }: Situation, key: string, firstAt: number, knownMs: number): number | null {
  if (knownMs - (now - firstAt) > 20_000) return 0;
  const ms = Math.min(14 * MINUTE_MS, knownMs - MINUTE_MS);
  const ends = recent.finished(now, ms, MINUTE_MS);
  return ms < 30_000 || ends < 50 ? null : recent.failures.sum(key, 'ended', now, ms, MINUTE_MS) / ends;
}

function riseWords(situation: Situation, rise: Rise, { ms }: Share): Said {
  const { queue, now } = situation;
  const deploy = deployBefore(situation, rise.firstAt);
  const since = rise.isNew
    ? `, which was not seen before; it began ${durationWords(Math.max(0, now - rise.firstAt))} ago`
    : `, where ${percent(rise.before)} were usual`;
  return {
    severity: 'warning',
    sentence: `${percent(rise.now)} of the jobs that finished in the last minute failed with “${rise.title}”${since}${deploy ? `, ${durationWords(Math.max(0, rise.firstAt - deploy.at))} after the deploy “${deploy.text}”` : ''}.`,
    evidence: [
      { label: 'Failed in the last minute', value: numberWords(rise.failed), chart: 'failed' },
      { label: 'Share before', value: rise.isNew ? 'none' : percent(rise.before) },
      ...kindEvidence(situation, ms),
      ...usualEvidence(situation),
    ],
    actions: [
      { label: `Look at the failures “${rise.title}”`, href: `/failures/${rise.key}` },
      lookAtJobs(queue, 'Read the errors of the newest failed jobs', 'failed'),
    ],
  };
}

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
function isOver({ recent, now }: Situation, { ms, failed, completed, attempts }: Share): boolean {
  const { jobs, completed: since } = recent.afterFailures();
  if (attempts === 0 && since > 0) {
    // All failed in a row, and others went well since; or more went well in a row than the share of failures lets expect.
    if (jobs >= Math.max(IN_A_ROW, failed)) return true;
    if ((completed / Math.max(1, failed + completed)) ** since < BY_CHANCE) return true;
  }
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
