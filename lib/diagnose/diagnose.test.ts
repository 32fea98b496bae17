import { describe, expect, test } from 'vitest';
import { verdictSchema, type Verdict } from '../domain/queue';
import { QUEUE_VERDICTS, VERDICT_WORDS } from '../domain/verdict';
import { aQueue } from '../testing/a-queue';
import { live, LIFE_START, type Second } from '../testing/a-life';
import { conditionsOf } from './conditions-of';
import { diagnose, NO_MEMORY } from './diagnose';
import { bareLook } from './look';
import { Lately } from './lately';
import type { Usual } from './usual';

const codes = (verdicts: Verdict[] | undefined): string[] => (verdicts ?? []).map(({ code }) => code);
const everShown = (shown: Verdict[][]): string[] => [...new Set(shown.flatMap(codes))];
const AN_HOUR: Usual = {
  hours: 4,
  ofWeekday: true,
  leastArrivalPerS: 8,
  arrivalPerS: 10,
  failedShare: 0.01,
  runMs: { typical: 100, spread: 5 },
  backlog: 3,
  workers: 2,
  quietMs: 5_000,
};
const probe = {
  at: LIFE_START + 10_000_000,
  limits: { concurrency: null, max: null, durationMs: null },
  limiter: null,
  due: [],
  schedulers: [],
  states: null,
  sampledAt: null,
  keeps: { completed: null, failed: null },
  eventBytes: null,
};
const calm: Second = { arrive: 10, workers: 4, slots: 1, runMs: 100 };
const CALM_S = 240;
const CAUSE_S = 30;
const GONE_S = 60;

/** Life is as usual for four minutes; then `is` it so, for half a minute; then as `then`, or as usual, again. */
type Case = {
  because: string;
  expected: (typeof QUEUE_VERDICTS)[number];
  before?: Second;
  is: Second | ((second: number) => Second);
  then?: Second;
};
const cases: Case[] = [
  {
    because: 'the workers are gone',
    expected: 'no-workers',
    is: { ...calm, workers: 0 },
    then: { ...calm, workers: 40 },
  },
  { because: 'somebody paused it', expected: 'paused-with-backlog', is: { ...calm, isPaused: true } },
  { because: 'a pause needs no workers', expected: 'paused-with-backlog', is: { ...calm, isPaused: true, workers: 0 } },
  { because: 'half of the jobs fail', expected: 'failing', is: { ...calm, failShare: 0.5 } },
  {
    because: 'each job is tried in vain nine times',
    expected: 'retry-storm',
    is: { ...calm, workers: 20, retries: 9 },
  },
  {
    because: 'more comes than is done',
    expected: 'under-provisioned',
    is: { ...calm, arrive: 60 },
    then: { ...calm, workers: 400 },
  },
  {
    because: 'much comes at once',
    expected: 'burst',
    is: (second) => ({ ...calm, atOnce: second === 0 ? 6_000 : 0 }),
    then: { ...calm, workers: 900 },
  },
  {
    because: 'three of four workers leave',
    expected: 'fewer-workers',
    before: { ...calm, arrive: 30 },
    is: { ...calm, arrive: 30, workers: 1 },
    then: { ...calm, workers: 100 },
  },
  {
    because: 'jobs take ten times as long',
    expected: 'slow-handler',
    is: { ...calm, arrive: 3, runMs: 1_000 },
    then: { ...calm, workers: 40 },
  },
  {
    because: 'one name of three takes ten times as long',
    expected: 'slow-handler',
    before: { ...calm, names: { a: { part: 1 }, b: { part: 1 }, c: { part: 1 } } },
    is: { ...calm, workers: 10, names: { a: { part: 1 }, b: { part: 1, runMs: 1_000 }, c: { part: 1 } } },
    then: { ...calm, names: { a: { part: 1 }, b: { part: 1 }, c: { part: 1 } } },
  },
  {
    because: 'one name floods a queue that others share',
    expected: 'crowded-out',
    before: { ...calm, names: { a: { part: 1 }, b: { part: 1 } } },
    is: { ...calm, arrive: 100, names: { a: { part: 1 }, b: { part: 19 } } },
    then: { ...calm, workers: 400 },
  },
  {
    because: 'the rate limit of the queue is below what comes',
    expected: 'rate-limited',
    is: { ...calm, limit: 3, look: { probe: { ...probe, limits: { concurrency: null, max: 3, durationMs: 1_000 } } } },
    then: { ...calm, workers: 80 },
  },
  {
    because: 'the limit of concurrency is below what comes',
    expected: 'concurrency-limited',
    is: {
      ...calm,
      workers: 4,
      slots: 0.25,
      arrive: 30,
      look: { probe: { ...probe, limits: { concurrency: 1, max: null, durationMs: null } } },
    },
    then: { ...calm, workers: 400 },
  },
  {
    because: 'nothing comes where ten a second are usual',
    expected: 'silence',
    before: { ...calm, look: { usual: AN_HOUR } },
    is: { ...calm, arrive: 0, look: { usual: AN_HOUR } },
  },
  {
    because: 'workers are there and take nothing',
    expected: 'not-starting',
    is: { ...calm, limit: 0, queue: { counts: { active: 0 } } },
    then: { ...calm, workers: 80 },
  },
  {
    because: 'a queue for dead letters fills',
    expected: 'dead-letters',
    before: { workers: 0, queue: { id: { name: 'mail-dlq' } } },
    is: { arrive: 2, workers: 0, queue: { id: { name: 'mail-dlq' } } },
    then: { workers: 0, queue: { id: { name: 'mail-dlq' } } },
  },
  {
    because: 'a job waits while others are taken at once',
    expected: 'starvation',
    is: (second) => ({
      ...calm,
      queue: { backlog: 1, oldestWaitingMs: (second + 1) * 1_000, counts: { waiting: 0, prioritized: 1 } },
    }),
  },
  {
    because: 'a job fails again and again',
    expected: 'poison-jobs',
    is: (second) => ({
      ...calm,
      events:
        second % 4 === 0
          ? [
              {
                at: LIFE_START + (CALM_S + second) * 1_000,
                name: 'bad',
                type: 'attempt-failed',
                count: 1,
                runMs: 5,
                failure: { jobId: 'bad', group: null },
              },
            ]
          : [],
    }),
  },
  {
    because: 'thousands come due within the next minutes',
    expected: 'delayed-due',
    is: {
      ...calm,
      look: {
        probe: {
          ...probe,
          at: LIFE_START + CALM_S * 1_000,
          due: [
            { withinMs: 60_000, jobs: 1 },
            { withinMs: 70_000, jobs: 20_000 },
          ],
        },
      },
    },
    then: { ...calm, look: { probe } },
  },
];

describe('what is wrong is said first within half a minute, and gone a minute after', () => {
  test.each(cases)('$because: $expected', ({ expected, before = calm, is, then = before }) => {
    const shown = live(CALM_S + CAUSE_S + GONE_S, (second) => {
      if (second < CALM_S) return before;
      if (second < CALM_S + CAUSE_S) return typeof is === 'function' ? is(second - CALM_S) : is;
      return then;
    });
    expect(everShown(shown.slice(0, CALM_S))).toEqual([]);
    const during = shown.slice(CALM_S, CALM_S + CAUSE_S);
    expect(during.map((verdicts) => verdicts[0]?.code)).toContain(expected);
    expect(during.at(-1)?.[0]?.code).toBe(expected);
    expect(codes(shown.at(-1))).not.toContain(expected);
    for (const verdict of shown.flat()) expect(verdictSchema.parse(verdict)).toEqual(verdict);
  });
});

const wave = (second: number) => 1 + 0.6 * Math.sin(second / 40);
const healthy: { because: string; seconds?: number; at: (second: number) => Second }[] = [
  { because: 'nothing ever happens', at: () => ({}) },
  { because: 'an idle queue whose workers are scaled to zero', at: () => ({ workers: 0 }) },
  { because: 'a paused queue with nothing to do', at: () => ({ isPaused: true }) },
  { because: 'one job in a thousand fails', at: () => ({ ...calm, failShare: 0.001 }) },
  { because: 'one job in ten is tried once more', at: (second) => ({ ...calm, retries: second % 10 === 0 ? 1 : 0 }) },
  {
    because: 'a rolling restart: no worker for two seconds',
    at: (second) => ({ ...calm, workers: second % 100 < 2 ? 0 : 4 }),
  },
  {
    because: 'one worker of four is replaced after the other',
    at: (second) => ({ ...calm, workers: second % 15 < 5 ? 3 : 4 }),
  },
  {
    because: 'the load comes and goes in waves',
    seconds: 1_500,
    at: (second) => ({ ...calm, arrive: 20 * wave(second) }),
  },
  { because: 'workers are busy, but keep up', seconds: 1_500, at: () => ({ ...calm, arrive: 36 }) },
  {
    because: 'three hundred jobs come at once now and then',
    seconds: 900,
    at: (second) => ({ ...calm, atOnce: second % 300 === 50 ? 300 : 0 }),
  },
  { because: 'workers whose names the broker does not tell', at: () => ({ ...calm, workers: null }) },
  {
    because: 'a few jobs a minute, each of a second',
    seconds: 1_200,
    at: () => ({ arrive: 0.05, workers: 1, runMs: 1_000 }),
  },
  {
    because: 'a job each ten seconds that takes as long as it likes',
    seconds: 900,
    at: (second) => ({ arrive: 0.1, workers: 4, runMs: 500 + 4_000 * ((second * 7_919) % 2) }),
  },
  {
    because: 'names come in another mix',
    seconds: 900,
    at: (second) => ({
      ...calm,
      names: { short: { part: 1 }, long: { part: second > 400 ? 3 : 1, runMs: 250 } },
      arrive: 8,
    }),
  },
  {
    because: 'the batch of every night',
    at: (second) => ({
      ...calm,
      atOnce: second === 200 ? 5_000 : 0,
      look: { usual: { ...AN_HOUR, leastArrivalPerS: 0, backlog: 4_800 } },
    }),
  },
  {
    because: 'a pause between two jobs as there often is',
    at: (second) => ({
      ...calm,
      arrive: second % 60 < 20 ? 10 : 0,
      look: { usual: { ...AN_HOUR, leastArrivalPerS: 3, quietMs: 40_000 } },
    }),
  },
];

test.each(healthy)('healthy: $because', ({ seconds = 400, at }) => {
  expect(everShown(live(seconds, at))).toEqual([]);
});

test('a symptom is told beneath its cause, not beside it', () => {
  const shown = live(CALM_S + 40, (second) =>
    second < CALM_S ? { ...calm, arrive: 30 } : { ...calm, arrive: 60, workers: 1 },
  );
  const [first, ...others] = shown.at(-1) ?? [];
  expect(first?.code).toBe('fewer-workers');
  expect(first?.under.map(({ code }) => code)).toEqual(['under-provisioned']);
  expect(codes(others)).not.toContain('under-provisioned');
});

test('what is slow for a quarter of an hour has not become what is usual', () => {
  const shown = live(CALM_S + 1_200, (second) => (second < CALM_S ? calm : { ...calm, arrive: 3, runMs: 1_000 }));
  expect(codes(shown.at(-1))).toContain('slow-handler');
});

test('failures name their kind and the deploy after which they began', () => {
  const deploys = [{ at: LIFE_START + (CALM_S - 20) * 1_000, text: 'v42' }];
  const shown = live(CALM_S + 30, (second) => ({ ...calm, failShare: second < CALM_S ? 0 : 0.7, look: { deploys } }));
  expect(shown.at(-1)?.[0]?.sentence).toMatch(/failed, all with “no answer”, since 2\d s after the deploy “v42”\.$/);
});

test('a small part that fails in a new way is told, however many jobs go well', () => {
  const deploys = [{ at: LIFE_START + (CALM_S - 10) * 1_000, text: 'v43' }];
  const busy: Second = { arrive: 150, workers: 40, look: { deploys } };
  const shown = live(CALM_S + 900, (second) => ({ ...busy, failShare: second < CALM_S ? 0 : 0.03 }));
  expect(everShown(shown.slice(0, CALM_S))).toEqual([]);
  const [first] = shown[CALM_S + 29] ?? [];
  expect(first?.sentence).toMatch(
    /^[1-4] % of the jobs .* “no answer”, which was not seen before; .* the deploy “v43”\.$/,
  );
  // What it is compared with does not move on with it.
  expect(codes(shown.at(-1))).toEqual(['failing']);
});

test('the last three of a queue with few jobs failed: nobody waits for ten of them', () => {
  const usual = { ...AN_HOUR, leastArrivalPerS: 0, arrivalPerS: 0.02 };
  const seldom = (second: number, failShare: number): Second => ({
    workers: 1,
    atOnce: second % 60 === 0 ? 1 : 0,
    failShare,
    look: { usual },
  });
  const shown = live(900, (second) => seldom(second, second >= 480 && second < 780 ? 1 : 0));
  expect(everShown(shown.slice(0, 600))).toEqual([]);
  expect(codes(shown[605])).toEqual(['failing']);
  expect(shown[800]).toEqual([]);
});

test('some that fail within two seconds and then no more need nobody', () => {
  const at = (second: number): Second => ({ ...calm, failShare: second >= 200 && second < 202 ? 1 : 0 });
  expect(everShown(live(300, at))).toEqual([]);
});

test('one run in six takes thirty times as long, and the others are as quick as before', () => {
  const slowRun = (second: number) => ({
    at: LIFE_START + second * 1_000,
    name: 'b',
    type: 'completed' as const,
    runMs: 900,
  });
  const shown = live(CALM_S + 30, (second) => ({
    ...calm,
    workers: 40,
    runMs: 30,
    names: { a: { part: 5 }, b: { part: 5 } },
    events: second < CALM_S ? [] : [slowRun(second)],
  }));
  expect(everShown(shown.slice(0, CALM_S))).toEqual([]);
  expect(shown.at(-1)?.[0]).toMatchObject({ code: 'slow-handler' });
  expect(shown.at(-1)?.[0]?.sentence).toMatch(/% of the runs of “b” take \d+ ms, where 3\d ms are usual/);
});

test('a queue that always fails a third of its jobs is not told for that', () => {
  const usual = { ...AN_HOUR, leastArrivalPerS: 0, failedShare: 0.35 };
  expect(everShown(live(200, () => ({ ...calm, failShare: 0.35, look: { usual } })))).toEqual([]);
});

test('a verdict says who paused, and since when', () => {
  const pause = { at: LIFE_START - 3_600_000, by: 'anna@example.test' };
  const [first] = live(20, () => ({ ...calm, isPaused: true, look: { pause } })).at(-1) ?? [];
  expect(first).toMatchObject({ code: 'paused-with-backlog', since: pause.at });
  expect(first?.sentence).toContain('anna@example.test paused it 1 h ago');
});

test('a verdict outlives a gap in the figures, but not for ever', () => {
  const unknown = { lastMinute: { quality: 'unknown' as const, reason: 'reconnecting' } };
  const shown = live(400, (second) =>
    second < 60 ? { ...calm, failShare: 0.6 } : { ...calm, arrive: 0, queue: unknown },
  );
  expect(codes(shown[100])).toContain('failing');
  expect(shown.at(-1)).toEqual([]);
});

test('nothing is kept of a queue in which nothing happens, and its memory is handed back as it is', () => {
  const recent = new Lately(0);
  const first = diagnose(bareLook(aQueue(), recent, LIFE_START), NO_MEMORY).memory;
  expect(diagnose(bareLook(aQueue(), recent, LIFE_START + 1_000), first).memory).toBe(first);
});

test('each code of a queue has one condition and words, in the order of depth', () => {
  const told = new Set([...conditionsOf('bullmq'), ...conditionsOf('rabbitmq')].map(({ code }) => code));
  expect(QUEUE_VERDICTS.filter((code) => !told.has(code))).toEqual([]);
  const codesInOrder = conditionsOf('bullmq').map(({ code }) => code);
  expect(codesInOrder).toEqual(QUEUE_VERDICTS.filter((code) => codesInOrder.includes(code)));
  for (const code of QUEUE_VERDICTS) expect(VERDICT_WORDS[code].title).not.toBe('');
});
