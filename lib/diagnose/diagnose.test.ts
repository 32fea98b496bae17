import { expect, test } from 'vitest';
import { verdictSchema, type Queue, type Verdict } from '../domain/queue';
import { aQueue } from '../testing/a-queue';
import { diagnose, NO_MEMORY, type DiagnosisMemory } from './diagnose';

const START = 1_795_511_400_000;

/** Looks at the queue once a second; `at(second)` says how it is then. Returns what was shown at each second. */
function watch(seconds: number, at: (second: number) => Queue): Verdict[][] {
  let memory: DiagnosisMemory = NO_MEMORY;
  return Array.from({ length: seconds }, (_, second) => {
    const result = diagnose(at(second), memory, START + second * 1_000);
    memory = structuredClone(result.memory);
    return result.verdicts;
  });
}

const codes = (verdicts: Verdict[] | undefined): string[] => (verdicts ?? []).map(({ code }) => code);
const everShown = (shown: Verdict[][]): string[] => [...new Set(shown.flatMap(codes))];

type Case = { because: string; seconds?: number; at: (second: number) => Queue; expected: string[] };

const sick: Case[] = [
  {
    because: 'jobs wait and nobody is there to work on them',
    at: () => aQueue({ counts: { waiting: 5 }, workers: 0 }),
    expected: ['no-workers'],
  },
  {
    because: 'jobs wait in a paused queue',
    at: () => aQueue({ counts: { paused: 5 }, isPaused: true }),
    expected: ['paused-with-backlog'],
  },
  {
    because: 'a paused queue needs no workers: the pause is named, nothing else',
    at: () => aQueue({ counts: { waiting: 5 }, isPaused: true, workers: 0 }),
    expected: ['paused-with-backlog'],
  },
  {
    because: 'half of the jobs fail',
    at: () => aQueue({ lastMinute: { completed: 20, failed: 20 } }),
    expected: ['failing'],
  },
  { because: 'all of a few jobs fail', at: () => aQueue({ lastMinute: { failed: 5 } }), expected: ['failing'] },
  {
    because: 'most attempts are retries',
    at: () => aQueue({ lastMinute: { completed: 8, failedAttempts: 30 } }),
    expected: ['retry-storm'],
  },
  {
    because: 'delayed jobs are due and nobody is there to move them on',
    at: () =>
      aQueue({
        counts: { delayed: 3 },
        workers: 0,
        oldest: { waiting: null, paused: null, prioritized: null, waitingChildren: null, delayedDueAt: START - 9_000 },
      }),
    expected: ['no-workers'],
  },
  {
    because: 'a job stalled',
    at: () => aQueue({ lastMinute: { completed: 5_000, stalled: 1 } }),
    expected: ['stalled'],
  },
  {
    because: 'an active job lost its lock, which no library has found yet',
    at: () =>
      aQueue({
        counts: { active: 1 },
        activeTrouble: {
          lockGone: 1,
          long: 0,
          worst: {
            jobId: '7',
            name: 'resize',
            verdict: 'worker-gone',
            sentence: 'Runs for 1 m, and its lock is gone.',
          },
        },
      }),
    expected: ['stalled'],
  },
  {
    because: 'a job runs far longer than usual',
    seconds: 20,
    at: () =>
      aQueue({
        counts: { active: 1 },
        activeTrouble: {
          lockGone: 0,
          long: 1,
          worst: { jobId: '7', name: 'resize', verdict: 'long', sentence: 'Runs for 1 m, 9 times as long.' },
        },
      }),
    expected: ['running-long'],
  },
  {
    because: 'a stall that was seen counts, though the minute is incomplete',
    at: () => aQueue({ lastMinute: { stalled: 1, quality: 'partial', reason: 'reconnected' } }),
    expected: ['stalled'],
  },
  {
    because: 'crashing workers are named before the failures that they cause',
    at: () => aQueue({ lastMinute: { completed: 5, failed: 5, stalled: 6 } }),
    expected: ['stalled', 'failing'],
  },
  {
    because: 'more comes in than is finished, for minutes',
    seconds: 240,
    at: (second) =>
      aQueue({
        counts: { waiting: 200 + 3 * second, active: 2 },
        lastMinute: { arrived: 300, started: 120, completed: 120 },
      }),
    expected: ['under-provisioned'],
  },
  {
    because: 'batches that bring more than is finished are falling behind too',
    seconds: 400,
    at: (second) =>
      aQueue({
        counts: { waiting: 50 + 100 * Math.floor(second / 60) + 60 - (second % 60), active: 2 },
        lastMinute: { arrived: 160, completed: 60 },
      }),
    expected: ['under-provisioned'],
  },
  {
    because: 'connected workers take no job for a minute',
    seconds: 70,
    at: () => aQueue({ counts: { waiting: 4 }, workers: 2 }),
    expected: ['not-starting'],
  },
  {
    because: 'a growing backlog without workers has one cause',
    seconds: 240,
    at: (second) => aQueue({ counts: { waiting: 100 + 5 * second }, workers: 0, lastMinute: { arrived: 300 } }),
    expected: ['no-workers'],
  },
];

test.each(sick)('$because', ({ at, seconds = 15, expected }) => {
  const shown = watch(seconds, at);
  expect(codes(shown.at(-1))).toEqual(expected);
  for (const verdict of shown.flat()) expect(verdictSchema.strict().parse(verdict)).toBeTruthy();
});

const nothing = { arrived: null, started: null, completed: null, failed: null, failedAttempts: null, stalled: null };
const healthy: Case[] = [
  { because: 'an idle queue', at: () => aQueue(), expected: [] },
  { because: 'an idle queue whose workers are scaled to zero', at: () => aQueue({ workers: 0 }), expected: [] },
  { because: 'a paused queue with nothing to do', at: () => aQueue({ isPaused: true }), expected: [] },
  {
    because: 'one failed job among thousands',
    at: () => aQueue({ lastMinute: { completed: 4_000, failed: 1 } }),
    expected: [],
  },
  { because: 'the only job of the minute failed', at: () => aQueue({ lastMinute: { failed: 1 } }), expected: [] },
  {
    because: 'some retries among much work',
    at: () => aQueue({ lastMinute: { completed: 900, failedAttempts: 60 } }),
    expected: [],
  },
  {
    because: 'a rolling restart: no worker for two seconds',
    at: (second) =>
      aQueue({ counts: { waiting: 40 }, workers: second >= 20 && second < 22 ? 0 : 2, lastMinute: { started: 50 } }),
    expected: [],
  },
  {
    because: 'workers that do not show by name, yet start jobs',
    seconds: 200,
    at: (second) =>
      aQueue({
        counts: { waiting: 10, active: 1 },
        workers: 0,
        lastMinute: { started: 30 + (second % 7), completed: 30 },
      }),
    expected: [],
  },
  {
    because: 'a burst of 1,000 that is being worked off',
    seconds: 500,
    at: (second) =>
      aQueue({
        counts: { waiting: second < 60 ? 3 : Math.max(0, 1_003 - 2 * (second - 60)), active: 4 },
        lastMinute: { started: 120, completed: 120 },
      }),
    expected: [],
  },
  {
    because: 'a burst that takes 40 seconds to arrive',
    seconds: 500,
    at: (second) => {
      const arrived = 25 * Math.min(40, Math.max(0, second - 90));
      return aQueue({
        counts: { waiting: 5 + Math.max(0, arrived - Math.max(0, second - 130)), active: 4 },
        lastMinute: { started: 60, completed: 60 },
      });
    },
    expected: [],
  },
  {
    because: 'a deep backlog in balance, up and down',
    seconds: 900,
    at: (second) =>
      aQueue({
        counts: { waiting: 500 + Math.round(80 * Math.sin(second / 9) + 40 * Math.sin(second / 23)), active: 4 },
        lastMinute: { started: 200, completed: 200 },
      }),
    expected: [],
  },
  {
    because: 'a deep backlog in balance, as chance has it',
    seconds: 3_000,
    at: (second) =>
      aQueue({
        counts: { waiting: 500 + ((Math.imul(Math.floor(second / 7) + 1, 2_654_435_761) >>> 16) % 200), active: 4 },
        lastMinute: { started: 200, completed: 200 },
      }),
    expected: [],
  },
  {
    because: 'a growing backlog of less than half a minute of work',
    seconds: 400,
    at: (second) =>
      aQueue({ counts: { waiting: 100 + second, active: 4 }, lastMinute: { started: 60_000, completed: 60_000 } }),
    expected: [],
  },
  {
    because: 'a job that waits for a moment with free workers',
    seconds: 200,
    at: (second) => aQueue({ counts: { waiting: second % 50 === 0 ? 0 : 1 }, workers: 2 }),
    expected: [],
  },
  {
    because: 'figures that nobody knows',
    seconds: 300,
    at: () => ({
      ...aQueue({ workers: null, isPaused: null, backlog: null, lastMinute: { ...nothing, quality: 'unknown' } }),
    }),
    expected: [],
  },
  {
    because: 'an incomplete minute that looks bad',
    seconds: 100,
    at: () =>
      aQueue({
        counts: { waiting: 5 },
        lastMinute: { completed: 0, failed: 9, failedAttempts: 40, started: 0, quality: 'partial', reason: 'gap' },
      }),
    expected: [],
  },
];

test.each(healthy)('healthy: $because', ({ at, seconds = 60, expected }) => {
  expect(everShown(watch(seconds, at))).toEqual(expected);
});

test('stalls are told with their causes, the newest as an example', () => {
  const last = { at: START, jobId: '7', name: 'resize', cause: 'worker-gone', worker: null } as const;
  const [verdict] =
    watch(2, () =>
      aQueue({
        lastMinute: { stalled: 3 },
        recentStalls: {
          causes: { 'worker-gone': 2, 'broker-slow': 1 },
          last: { ...last, sentence: 'Stalled 31 s after it was taken: its worker is gone.' },
        },
      }),
    ).at(-1) ?? [];
  expect(verdict?.sentence).toBe(
    '3 jobs stalled in the last minute. The newest stalled 31 s after it was taken: its worker is gone.',
  );
  expect(verdict?.evidence).toContainEqual({ label: 'Of them, worker gone', value: '2' });
  expect(verdict?.actions[0]?.label).toContain('why the worker ended');
});

test('a verdict tells since when the condition holds, not since when it is shown', () => {
  const shown = watch(30, (second) =>
    aQueue({ counts: { waiting: 5 }, workers: second < 10 ? 2 : 0, lastMinute: { started: 1 } }),
  );
  expect(shown.at(-1)?.[0]).toMatchObject({ code: 'no-workers', since: START + 10_000, severity: 'critical' });
  expect(shown[12]).toEqual([]);
  expect(codes(shown[13])).toEqual(['no-workers']);
});

test('a share of failures around the bound does not flap', () => {
  const shown = watch(60, (second) => aQueue({ lastMinute: { completed: 80, failed: second % 2 === 0 ? 21 : 18 } }));
  expect(new Set(shown.map((verdicts) => codes(verdicts).join()))).toEqual(new Set(['failing']));
});

test('a verdict goes at a lower share than it came at', () => {
  const shown = watch(90, (second) => aQueue({ lastMinute: { completed: 80, failed: second === 0 ? 21 : 18 } }));
  expect(codes(shown.at(-1))).toEqual(['failing']);
  expect(everShown(watch(90, () => aQueue({ lastMinute: { completed: 80, failed: 18 } })))).toEqual([]);
});

test('the severity of failures does not flap around a half', () => {
  const shown = watch(60, (second) => aQueue({ lastMinute: { completed: 50, failed: second % 2 === 0 ? 51 : 48 } }));
  expect(new Set(shown.flat().map(({ severity }) => severity))).toEqual(new Set(['critical']));
});

test('a resumed queue is no longer called paused', () => {
  const shown = watch(12, (second) =>
    aQueue({ counts: { waiting: 9 }, isPaused: second < 10, lastMinute: { started: 9 } }),
  );
  expect(codes(shown[9])).toEqual(['paused-with-backlog']);
  expect(shown[10]).toEqual([]);
});

test('a verdict outlives a gap in the figures, but not for ever', () => {
  const shown = watch(200, (second) =>
    second < 10
      ? aQueue({ lastMinute: { failed: 50 } })
      : aQueue({ lastMinute: { ...nothing, quality: 'unknown', reason: 'reconnecting' } }),
  );
  expect(codes(shown[100])).toEqual(['failing']);
  expect(shown[140]).toEqual([]);
});

test('a recovered queue loses its verdict within half a minute', () => {
  const shown = watch(60, (second) => aQueue({ lastMinute: second < 10 ? { failed: 50 } : { completed: 50 } }));
  expect(codes(shown[20])).toEqual(['failing']);
  expect(shown[26]).toEqual([]);
});

test('falling behind says how long, from where to where, and that it never drains', () => {
  const shown = watch(240, (second) =>
    aQueue({
      counts: { waiting: 1_000 + 10 * second, active: 2 },
      lastMinute: { arrived: 900, started: 300, completed: 290, failed: 10 },
    }),
  );
  const verdict = shown.at(-1)?.[0];
  expect(verdict?.sentence).toMatch(/grew from 1,\d{3} to 3,\d{3} in 3 minutes/);
  expect(verdict?.evidence).toContainEqual({ label: 'Finished in the last minute', value: '300' });
  expect(verdict?.evidence.at(-1)?.value).toMatch(/^never at this pace; 11 m 18 s if nothing more arrived$/);
});

test('an age that is only a bound is told as one', () => {
  const [verdict] =
    watch(10, () =>
      aQueue({ counts: { waiting: 1 }, workers: 0, oldestWaitingMs: 300_000, oldestWaitingIsAtLeast: true }),
    ).at(-1) ?? [];
  expect(verdict?.sentence).toBe('1 job waits and no worker is connected.');
  expect(verdict?.evidence).toContainEqual({ label: 'Oldest waits', value: 'at least 5 m' });
});

test('nothing is kept of a healthy queue, and its memory is handed back as it is', () => {
  const { memory } = diagnose(aQueue(), NO_MEMORY, START);
  expect(memory).toBe(NO_MEMORY);
});
