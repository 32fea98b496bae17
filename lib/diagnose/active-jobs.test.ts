import { describe, expect, test } from 'vitest';
import type { HoldVerdict } from '../domain/stall';
import { judgeHold, judgeStall, type Held, type Surroundings, type Usual } from './active-jobs';

const NOW = 10_000_000;
const TAKEN = NOW - 60_000;

const aJob = (changes: Partial<Held> = {}): Held => ({
  ...{ id: '7', takenAt: TAKEN, hasLock: false, token: 'me', processedBy: null },
  ...changes,
});
const worker = (address: string, connectedAt = TAKEN - 600_000, name: string | null = null) => ({
  ...{ address, name, connectedAt },
});
const left = (address: string, leftAt: number, name: string | null = null) => ({
  ...{ ...worker(address), name, seenAt: leftAt - 5_000, leftAt },
});
const around = (changes: Partial<Surroundings> = {}): Surroundings => ({
  ...{ now: NOW, workers: [worker('10.0.0.1:1')], left: [], slowSpells: [], lockMs: 29_800, others: [] },
  ...changes,
});

type Case = {
  because: string;
  job?: Partial<Held>;
  around?: Partial<Surroundings>;
  usual?: Usual;
  verdict: HoldVerdict;
  says: string | RegExp;
  worker?: string | null;
};
const cases: Case[] = [
  {
    because: 'nobody is connected any more, and the only worker left 40 s ago',
    around: { workers: [], left: [left('10.0.0.9:5', NOW - 40_000)] },
    verdict: 'worker-gone',
    says: 'its worker is gone: 10.0.0.9:5 left 40 s ago, no worker is connected to the queue',
    worker: '10.0.0.9:5',
  },
  {
    because: 'all that are connected came after it was taken',
    around: { workers: [worker('10.0.0.1:1', NOW - 5_000), worker('10.0.0.1:2', NOW - 4_000)] },
    verdict: 'worker-gone',
    says: 'all 2 workers connected now came after it was taken',
    worker: null,
  },
  {
    because: 'the one worker there is was there all along',
    verdict: 'loop-blocked',
    says: 'its worker 10.0.0.1:1 is still connected but has not renewed the lock for at least 30 s',
    worker: '10.0.0.1:1',
  },
  {
    because: 'nobody left, but which of them holds it is not known',
    around: { workers: [worker('10.0.0.1:1'), worker('10.0.0.2:1')] },
    verdict: 'loop-blocked',
    says: 'one of 2 that were there when it was taken; all of them are still connected',
    worker: null,
  },
  {
    because: 'the worker wrote its name into the job, and has left while others stayed',
    job: { processedBy: 'mailer-2' },
    around: {
      workers: [worker('10.0.0.1:1', undefined, 'mailer-1')],
      left: [left('10.0.0.2:1', TAKEN + 3_000, 'mailer-2')],
    },
    verdict: 'worker-gone',
    says: 'its worker is gone: mailer-2 (10.0.0.2:1) left 57 s ago',
    worker: 'mailer-2 (10.0.0.2:1)',
  },
  {
    because: 'the worker wrote its name into the job, and is the one that stayed',
    job: { processedBy: 'mailer-1' },
    around: {
      workers: [worker('10.0.0.1:1', undefined, 'mailer-1')],
      left: [left('10.0.0.2:1', TAKEN + 3_000, 'mailer-2')],
    },
    verdict: 'loop-blocked',
    says: 'its worker mailer-1 (10.0.0.1:1) is still connected',
    worker: 'mailer-1 (10.0.0.1:1)',
  },
  {
    because: 'one of several left, and it is not proved to be the one',
    around: { left: [left('10.0.0.2:1', TAKEN + 3_000)] },
    verdict: 'worker-gone',
    says: 'most likely its worker is gone: 10.0.0.2:1 left 57 s ago, 3.0 s after the job was taken; 1 other worker stayed',
    worker: null,
  },
  {
    because: 'that its worker had left was only noticed after the stall',
    around: { workers: [worker('10.0.0.1:1', NOW - 5_000)], left: [left('10.0.0.2:1', NOW + 900)] },
    verdict: 'worker-gone',
    says: 'its worker is gone: 10.0.0.2:1 has left, the one worker connected now came after it was taken',
    worker: '10.0.0.2:1',
  },
  {
    because: 'one left, but the job’s own worker holds others',
    around: { left: [left('10.0.0.2:1', TAKEN + 3_000)], others: [aJob({ id: '8', hasLock: true })] },
    verdict: 'loop-blocked',
    says: 'its worker holds 1 other job but has not renewed this lock',
    worker: null,
  },
  {
    because: 'another worker’s lock says nothing of this one',
    around: { left: [left('10.0.0.2:1', TAKEN + 3_000)], others: [aJob({ id: '8', hasLock: true, token: 'other' })] },
    verdict: 'worker-gone',
    says: 'most likely',
  },
  {
    because: 'the one worker that is connected holds another job, and whose this one was is not known',
    job: { token: null },
    around: { others: [aJob({ id: '8', hasLock: true, token: 'other' })] },
    verdict: 'lock-gone',
    says: 'all workers that are connected hold other jobs',
    worker: null,
  },
  {
    because: 'the one worker that is connected holds another job, under another token than this one had',
    around: { others: [aJob({ id: '8', hasLock: true, token: 'other' })] },
    verdict: 'worker-gone',
    says: '1 worker connected holds other jobs, under other tokens than its lock had',
    worker: null,
  },
  {
    because: 'who left before it was taken has nothing to do with it',
    around: { left: [left('10.0.0.2:1', TAKEN - 1)] },
    verdict: 'loop-blocked',
    says: 'its worker 10.0.0.1:1 is still connected',
  },
  {
    because: 'the broker was silent for long enough to cost the lock',
    around: { slowSpells: [{ at: NOW - 20_000, ms: 12_000, command: 'KEYS' }] },
    verdict: 'broker-slow',
    says: 'the broker did not answer for 12 s meanwhile (its slowest command: KEYS), so no lock could be renewed',
  },
  {
    because: 'a hiccup of the broker costs no lock',
    around: { slowSpells: [{ at: NOW - 20_000, ms: 2_000, command: null }] },
    verdict: 'loop-blocked',
    says: 'still connected',
  },
  {
    because: 'a silence before it was taken has nothing to do with it',
    around: { slowSpells: [{ at: TAKEN - 1, ms: 12_000, command: null }] },
    verdict: 'loop-blocked',
    says: 'still connected',
  },
  {
    because: 'the broker does not tell who is connected',
    around: { workers: null },
    verdict: 'lock-gone',
    says: 'does not tell who is connected',
    worker: null,
  },
  {
    because: 'when it was taken is not known',
    job: { takenAt: null },
    verdict: 'lock-gone',
    says: 'Runs, and its lock is gone: when it was taken is not known',
    worker: null,
  },
  {
    because: 'Bull’s worker took it off the list and never got to lock it',
    job: { takenAt: null, token: null },
    verdict: 'loop-blocked',
    says: 'has not begun it: its event loop is blocked',
    worker: null,
  },
  {
    because: 'Bull’s worker took it off the list and died',
    job: { takenAt: null, token: null },
    around: { left: [left('10.0.0.2:1', NOW - 3_000)] },
    verdict: 'worker-gone',
    says: 'left before it began',
    worker: null,
  },
  {
    because: 'its lock holds, but is half a minute old: who lives renews it',
    job: { hasLock: true, lockTtlMs: 9_000 },
    verdict: 'loop-blocked',
    says: 'has not been renewed for 21 s: its worker 10.0.0.1:1 is still connected',
  },
  {
    because: 'its worker is gone, and so are its other jobs, whose locks still hold',
    job: { hasLock: true, lockTtlMs: 9_000 },
    around: {
      left: [left('10.0.0.2:1', TAKEN + 3_000)],
      others: [aJob({ id: '8', hasLock: true, lockTtlMs: 12_500 })],
    },
    verdict: 'worker-gone',
    says: 'most likely its worker is gone',
  },
  {
    because: 'its lock holds, but nobody is there to renew it',
    job: { hasLock: true },
    around: { workers: [], left: [left('10.0.0.9:5', NOW - 4_000)] },
    verdict: 'worker-gone',
    says: 'its lock still holds, but its worker is gone: 10.0.0.9:5 left 4.0 s ago',
  },
  {
    because: 'its lock holds, and a worker that came back may hold it',
    job: { hasLock: true },
    around: { workers: [worker('10.0.0.9:6', NOW - 3_000)], left: [left('10.0.0.9:5', NOW - 4_000)] },
    verdict: 'ok',
    says: 'its worker holds the lock',
  },
  {
    because: 'five times as long as its name takes is long',
    job: { hasLock: true },
    usual: { p99Ms: 11_000, of: 'name' },
    verdict: 'long',
    says: 'Runs for 1 m, 5.5 times as long as 99 of 100 of its name (11 s). Its worker renews the lock',
    worker: '10.0.0.1:1',
  },
  {
    because: 'twice as long as usual is no news',
    job: { hasLock: true },
    usual: { p99Ms: 30_000, of: 'queue' },
    verdict: 'ok',
    says: 'Runs for 1 m; its worker holds the lock.',
  },
  {
    because: 'seconds are nothing, even where others take milliseconds',
    job: { hasLock: true, takenAt: NOW - 4_000 },
    usual: { p99Ms: 3, of: 'queue' },
    verdict: 'ok',
    says: 'holds the lock',
  },
  { because: 'nothing is known of others', job: { hasLock: true }, verdict: 'ok', says: 'holds the lock' },
];

describe('an active job', () => {
  test.each(cases)('$because: $verdict', ({ job, around: changes, usual, verdict, says, worker: label }) => {
    const judged = judgeHold(aJob(job), around(changes), usual ?? null);
    expect(judged.verdict).toBe(verdict);
    expect(judged.sentence).toMatch(says);
    expect(judged.sentence).toMatch(/^Runs.*\.$/);
    if (label !== undefined) expect(judged.worker).toBe(label);
  });
});

test('a stall has the same causes, and says how long the job had run', () => {
  expect(judgeStall(aJob(), around({ workers: [] }))).toEqual({
    cause: 'worker-gone',
    sentence: 'Stalled 1 m after it was taken: its worker is gone: no worker is connected to the queue.',
    worker: null,
  });
  expect(judgeStall(aJob({ takenAt: null }), around()).cause).toBe('lock-gone');
});
