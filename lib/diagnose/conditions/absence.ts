import { durationWords, numberWords } from '../../domain/words';
import { judgeScheduler } from '../../schedules/judge-scheduler';
import { isShown, type Condition, type Situation } from '../condition';
import { rateWords } from '../said';
import { usualWords } from '../usual';

const PROBE_IS_OLD_MS = 60_000;
/** As many jobs should have come since the last one: that none did is no chance (e to the minus ten). */
const EXPECTED = 10;
/** Traffic that was watched for so long may tell that it is steady: what comes in a batch comes far faster than on average. */
const LEAST_SPAN_MS = 20_000;
const STEADY_FACTOR = 3;
const LEAST_QUIET_MS = 15_000;
const QUIET_FACTOR = 2;

export const schedulerMissed: Condition = {
  code: 'scheduler-missed',
  enterMs: 4_000,
  leaveMs: 5_000,
  mayRest: true,
  explainedBy: ['paused-with-backlog', 'no-workers', 'not-starting'],
  holds: (situation) => {
    const { probe, now } = situation;
    if (probe === null || now - probe.at > PROBE_IS_OLD_MS) return 'unknown';
    return missedOf(situation).length > 0 ? 'yes' : 'no';
  },
  describe: (situation) => {
    const { now } = situation;
    const missed = missedOf(situation);
    const [first] = missed;
    if (!first && situation.held?.verdict) return situation.held.verdict;
    const late = first?.nextAt != null && first.nextAt < now ? `, due ${durationWords(now - first.nextAt)} ago` : '';
    return {
      severity: 'warning',
      sentence:
        `The scheduler “${first?.name || first?.id || ''}” does not fire${late}. ${first?.trouble ?? ''}`.trim(),
      evidence: missed.map(({ id, name, nextAt }) => ({
        label: `Scheduler ${name || id}`,
        value:
          nextAt === null
            ? 'no next time'
            : nextAt < now
              ? `${durationWords(now - nextAt)} late`
              : `next in ${durationWords(nextAt - now)}, without a job`,
      })),
      actions: [{ label: 'Open the scheduler and save it anew', href: `/schedulers` }],
    };
  },
};

function missedOf({ probe, queue, now }: Situation) {
  return (probe?.schedulers ?? []).flatMap((scheduler) => {
    const { status, trouble } = judgeScheduler(scheduler, queue, now);
    return status === 'broken' || (status === 'late' && scheduler.nextJobState === 'delayed')
      ? [{ ...scheduler, trouble }]
      : [];
  });
}

/** Nothing arrives where something always does at this hour. */
export const silence: Condition = {
  code: 'silence',
  enterMs: 0,
  leaveMs: 0,
  mayRest: true,
  explainedBy: ['scheduler-missed'],
  holds: (situation) => {
    const { usual, queue, recent, now } = situation;
    if (queue.lastMinute.quality === 'unknown') return 'unknown';
    if (usual === null || usual.leastArrivalPerS === 0) return 'no';
    const quietMs = quietOf(situation);
    // Hours alone do not tell what always comes from what comes in one batch an hour.
    const pauseMs = pauseOf(situation);
    if (pauseMs === null && !isShown(situation)) return 'no';
    const expected = (usual.leastArrivalPerS * quietMs) / 1000;
    // What was not heard is no silence.
    if (!recent.isWhole(now, Math.min(quietMs, 15 * 60_000))) return isShown(situation) ? 'unknown' : 'no';
    const least = isShown(situation) ? LEAST_QUIET_MS : Math.max(LEAST_QUIET_MS, QUIET_FACTOR * (pauseMs ?? 0));
    return quietMs >= least && expected >= EXPECTED ? 'yes' : 'no';
  },
  began: (situation) => situation.now - quietOf(situation),
  describe: (situation) => {
    const { usual } = situation;
    const quietMs = quietOf(situation);
    return {
      severity: 'warning',
      sentence: `Nothing has arrived for ${durationWords(quietMs)}, where ${rateWords(usual?.arrivalPerS ?? 0)} are usual.`,
      evidence: [
        { label: 'Last arrival', value: `${durationWords(quietMs)} ago`, chart: 'throughput' },
        ...(usual ? [{ label: `Usual (${usualWords(usual)})`, value: rateWords(usual.arrivalPerS) }] : []),
        ...(usual?.quietMs == null
          ? []
          : [{ label: 'Longest pause between two jobs lately', value: durationWords(usual.quietMs) }]),
        {
          label: 'Jobs that should have come',
          value: numberWords(Math.round(((usual?.arrivalPerS ?? 0) * quietMs) / 1000)),
        },
      ],
      actions: [{ label: 'Look at the producers: they may be down, or speak to another Redis' }],
    };
  },
};

/** The longest pause that steady traffic made, lately or at this hour, ms; `null` where it is not known to be steady. */
function pauseOf({ usual, recent, now }: Situation): number | null {
  const slots = recent.each('arrived', now, 15 * 60_000);
  const [first, last] = [slots.findIndex((count) => count > 0), slots.findLastIndex((count) => count > 0)];
  let [pause, run] = [0, 0];
  for (const count of first === -1 ? [] : slots.slice(first, last + 1)) {
    run = count > 0 ? 0 : run + 5_000;
    pause = Math.max(pause, run);
  }
  const spanMs = first === -1 ? 0 : (last - first + 1) * 5_000;
  const sum = slots.reduce((total, count) => total + count, 0);
  const isSteady =
    spanMs >= LEAST_SPAN_MS && (sum * 1000) / spanMs <= STEADY_FACTOR * Math.max(usual?.arrivalPerS ?? 0, 0);
  if (usual?.quietMs != null) return Math.max(pause, usual.quietMs);
  return isSteady ? pause : null;
}

/** Time since the last arrival, ms; at most what is remembered. */
function quietOf({ recent, now }: Situation): number {
  const slots = recent.each('arrived', now, 15 * 60_000);
  if (recent.sumToNow('arrived', now, 5_000) > 0) return 0;
  const last = slots.findLastIndex((count) => count > 0);
  const quiet = last === -1 ? 15 * 60_000 : (slots.length - 1 - last) * 5_000 + (now % 5_000);
  // Of the time before the first look events are still being read.
  const looks = recent.each('looks', now, 15 * 60_000);
  const firstLook = looks.findIndex((count) => count > 0);
  const watchedMs = firstLook === -1 ? 0 : (looks.length - 1 - firstLook) * 5_000;
  return Math.min(quiet, watchedMs, recent.knownMs(now));
}
