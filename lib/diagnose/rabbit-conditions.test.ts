import { expect, test } from 'vitest';
import type { Queue } from '../domain/queue';
import type { RabbitQueue } from '../domain/rabbit';
import { aRabbitQueue, type RabbitChanges } from '../testing/a-rabbit-queue';
import { diagnose, NO_MEMORY, type DiagnosisMemory } from './diagnose';
import { bareLook } from './look';
import { Lately } from './lately';

/** Codes shown after the queue was as it is for `ms`. */
function after(queue: Queue, ms: number): string[] {
  let memory: DiagnosisMemory = NO_MEMORY;
  let codes: string[] = [];
  const recent = new Lately(0);
  for (let at = 0; at <= ms; at += 1_000) {
    const result = diagnose(bareLook(queue, recent, 1_000_000 + at), memory);
    memory = result.memory;
    codes = result.verdicts.map(({ code }) => code);
  }
  return codes;
}

const busy = { arrived: 100, started: 100, completed: 100, stalled: 0 };

const CASES: { because: string; queue: RabbitChanges; rabbit?: Partial<RabbitQueue>; expected: string[] }[] = [
  { because: 'an idle queue is well', queue: {}, expected: [] },
  {
    because: 'messages without a consumer',
    queue: { counts: { waiting: 12 }, workers: 0 },
    expected: ['no-workers'],
  },
  {
    because: 'dead letters wait for people, not for consumers',
    queue: { counts: { waiting: 12 }, workers: 0 },
    rabbit: { deadLettersOf: ['orders'] },
    expected: [],
  },
  {
    because: 'dead letters that come now are told',
    queue: { counts: { waiting: 12 }, workers: 0, lastMinute: { ...busy, arrived: 3 } },
    rabbit: { deadLettersOf: ['orders'] },
    expected: ['dead-letters'],
  },
  {
    because: 'a stream has no backlog and needs no consumer',
    queue: { counts: { waiting: null }, workers: 0 },
    rabbit: { type: 'stream', messages: 5_000 },
    expected: [],
  },
  {
    because: 'consumers that hold all they may explain that they are seldom ready',
    queue: { counts: { waiting: 50, active: 6 }, workers: 2, lastMinute: busy },
    rabbit: { prefetch: 6, consumerUtilisation: 0.1, rates: { publish: 2, deliver: 2, ack: 2, redeliver: 0 } },
    expected: ['prefetch-limit'],
  },
  {
    because: 'a full prefetch with nothing waiting is just work',
    queue: { counts: { waiting: 0, active: 6 }, workers: 2, lastMinute: busy },
    rabbit: { prefetch: 6, consumerUtilisation: 0.1 },
    expected: [],
  },
  {
    because: 'consumers that are seldom ready while messages wait',
    queue: { counts: { waiting: 50, active: 6 }, workers: 2, lastMinute: busy },
    rabbit: { prefetch: null, consumerUtilisation: 0.1 },
    expected: ['consumers-slow'],
  },
  {
    because: 'more redeliveries than acknowledgements are a loop',
    queue: { counts: { waiting: 1, active: 1 }, workers: 1, lastMinute: { ...busy, completed: 2, stalled: 40 } },
    expected: ['redelivery-loop'],
  },
  {
    because: 'a few redeliveries among many acknowledgements are none',
    queue: { counts: { waiting: 1, active: 1 }, workers: 1, lastMinute: { ...busy, stalled: 12 } },
    expected: [],
  },
  {
    because: 'an alarm stops those who publish',
    queue: { lastMinute: busy },
    rabbit: { blocked: 'memory alarm on rabbit@a' },
    expected: ['publishers-blocked'],
  },
  {
    because: 'nobody publishes here: the alarm is the broker’s own matter',
    queue: {},
    rabbit: { blocked: 'memory alarm on rabbit@a' },
    expected: [],
  },
  {
    because: 'a quorum queue that lost most of its members',
    queue: { counts: { waiting: 5 }, workers: 0 },
    rabbit: { type: 'quorum', state: 'minority' },
    expected: ['queue-unavailable'],
  },
  {
    because: 'without statistics nothing is guessed',
    queue: {
      counts: { waiting: 50, active: 5 },
      workers: null,
      lastMinute: { arrived: null, started: null, completed: null, stalled: null, quality: 'unknown', reason: 'off' },
    },
    rabbit: { unknownBecause: 'off', prefetch: null, consumerUtilisation: null },
    expected: [],
  },
];

test.each(CASES)('$because', ({ queue, rabbit, expected }) => {
  expect(after(aRabbitQueue(queue, rabbit), 90_000)).toEqual(expected);
});
