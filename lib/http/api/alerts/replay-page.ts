import type { z } from 'zod';
import { compileRules } from '../../../alerts/compile-rules';
import { Deadlines } from '../../../alerts/deadlines';
import { replay, replayNeeds, replaySteps, type ReplayStep } from '../../../alerts/replay';
import type { AlertRule } from '../../../domain/alert-rule';
import { queueLabel } from '../../../domain/queue-key';
import type { Queue } from '../../../domain/queue';
import type { Replay, ReplayedQueue, replayRequestSchema } from '../../../domain/replay';
import { readSeries } from '../../../history/read-series';
import { toSeries } from '../../../history/series';
import { DAY_MS, HOUR_MS, MINUTE_MS, tiersFor } from '../../../history/tiers';
import { notFound } from '../../problem';
import type { ApiContext } from '../context';

const WEEK_MS = 7 * DAY_MS;
const COARSE_MS = 10 * MINUTE_MS;
/** Queues of one page: each takes some 250 small reads of the store. */
const PAGE = 16;
const AT_ONCE = 4;
const MAX_EPISODES = 100;
/** Points of a course: enough for a chart, few enough for a phone. */
const COURSE_POINTS = 400;

/** Replays a rule over the last week for some of the queues that the caller sees. `now`: ms. @throws when the store does not answer */
export async function replayPage(
  context: ApiContext,
  { rule, skip, queue: only }: z.output<typeof replayRequestSchema>,
  now: number,
): Promise<Replay> {
  const to = now - (now % MINUTE_MS);
  const from = to - WEEK_MS;
  const { minutesDays } = context.config.retention;
  const days = Math.min(7, minutesDays);
  const base = {
    from,
    to,
    resolution: `Exact to a minute in the last ${days} days${days < 7 ? ', to ten minutes before' : ''}; the live check looks every ${context.config.alertCheckSeconds} s.`,
  };
  const needs = replayNeeds(rule);
  if ('cannot' in needs) return { ...base, of: 0, done: 0, next: null, queues: [], cannot: needs.cannot, course: null };
  const covered = coveredBy(rule, context);
  if (only !== undefined) {
    const queue = covered.find(({ key }) => key === only);
    if (!queue) throw notFound('There is no such queue, or the rule does not cover it.');
    const steps = await readSteps(context, rule, needs.series, queue, { from, to, days, now });
    const queues = [toReplayed(rule, queue, steps)];
    return { ...base, of: 1, done: 1, next: null, queues, cannot: null, course: courseOf(rule, steps) };
  }
  const page = covered.slice(skip, skip + PAGE);
  const queues: ReplayedQueue[] = [];
  for (let start = 0; start < page.length; start += AT_ONCE) {
    const some = page.slice(start, start + AT_ONCE).map(async (queue) => {
      const steps = await readSteps(context, rule, needs.series, queue, { from, to, days, now });
      return toReplayed(rule, queue, steps);
    });
    queues.push(...(await Promise.all(some)));
  }
  const done = Math.min(covered.length, skip + page.length);
  const next = done < covered.length ? done : null;
  return {
    ...base,
    of: covered.length,
    done,
    next,
    queues: queues.filter(({ fired }) => fired > 0),
    cannot: null,
    course: null,
  };
}

function coveredBy(rule: AlertRule, { mirror }: ApiContext): Queue[] {
  const compiled = compileRules([{ ...rule, enabled: true }]);
  const covered = mirror.snapshot().queues.filter((queue) => compiled.covering(queue).length > 0);
  return covered.sort((a, b) => (a.key < b.key ? -1 : 1));
}

type Range = { from: number; to: number; days: number; now: number };

/** Ten-minute steps of the older part, then minutes. */
async function readSteps(
  { store, config }: ApiContext,
  rule: AlertRule,
  metrics: readonly string[],
  queue: Queue,
  { from, to, days, now }: Range,
): Promise<ReplayStep[]> {
  const tiers = tiersFor(config.retention).series;
  const deadlines = new Deadlines();
  // An hour of margin: the oldest chunk of the minutes may be gone at any moment.
  const turn = Math.max(from, to - days * DAY_MS + HOUR_MS);
  const fine = turn - (turn % COARSE_MS);
  const parts = [
    { from, to: fine, step: COARSE_MS },
    { from: fine, to, step: MINUTE_MS },
  ].filter((part) => part.from < part.to);
  const read = parts.map(async (part) => {
    const question = { source: queue.id.source, queueKey: queue.key, ...part, now };
    const { tier, stepMs, stored } = await readSeries(store, tiers, question);
    const series = toSeries(stored, { tier, from: part.from, to: part.to, stepMs, metrics, now });
    return replaySteps(rule, series, deadlines).filter(({ at }) => at < part.to);
  });
  return (await Promise.all(read)).flat();
}

function toReplayed(rule: AlertRule, { key, id }: Queue, steps: readonly ReplayStep[]): ReplayedQueue {
  const { episodes, unknownMs } = replay(rule, steps);
  const last = steps.at(-1);
  const end = last ? last.at + last.stepMs : 0;
  return {
    key,
    label: queueLabel(id),
    episodes: episodes.slice(-MAX_EPISODES),
    fired: episodes.length,
    firingMs: episodes.reduce((sum, { firedAt, resolvedAt }) => sum + (resolvedAt ?? end) - firedAt, 0),
    unknownMs,
  };
}

function courseOf({ below }: AlertRule, steps: readonly ReplayStep[]): [number, number | null][] {
  const first = steps[0]?.at ?? 0;
  const last = steps.at(-1)?.at ?? first;
  const width = Math.max(COARSE_MS, Math.ceil((last - first + 1) / COURSE_POINTS / COARSE_MS) * COARSE_MS);
  const course = new Map<number, number | null>();
  for (const { at, first: value } of steps) {
    const slot = at - (at % width);
    const before = course.get(slot) ?? null;
    const worse = below === undefined ? Math.max : Math.min;
    course.set(slot, before === null || value === null ? (value ?? before) : worse(before, value));
  }
  return [...course];
}
