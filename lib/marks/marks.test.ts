import { describe, expect, test } from 'vitest';
import type { Alert } from '../domain/alert';
import type { AuditEntry } from '../domain/audit';
import type { Broker } from '../domain/broker';
import { toQueueKey } from '../domain/queue-key';
import type { SourceWorkers, Worker } from '../domain/worker';
import { aQueue } from '../testing/a-queue';
import { newMark } from './new-mark';
import { ObservedMarks } from './observed-marks';
import { operatorMark } from './operator-mark';
import { WorkerChanges } from './worker-changes';

const queue = { source: 'main', namespace: 'bull', name: 'reports' };
const T = 1_795_000_000_000;

const workersOf = (...hosts: string[]): Worker[] =>
  hosts.map((host, index) => ({
    id: `${index}`,
    queue,
    queueKey: toQueueKey(queue),
    name: null,
    address: `${host}:${1000 + index}`,
    host,
    connectedAt: 0,
    idleMs: 0,
    lastCommand: 'bzpopmin',
    isWaiting: true,
    client: null,
  }));

describe('workers that come and go', () => {
  const kinds = (changes: WorkerChanges, at: number, ...hosts: string[]) =>
    changes.observe(workersOf(...hosts), T + at).map(({ kind, text, at: when }) => ({ kind, text, after: when - T }));

  test('a change counts once it has lasted 10 s, from its beginning', () => {
    const changes = new WorkerChanges();
    expect(kinds(changes, 0, 'a', 'a')).toEqual([]);
    expect(kinds(changes, 5_000, 'a', 'b', 'b')).toEqual([]);
    expect(kinds(changes, 10_000, 'a', 'b', 'b')).toEqual([]);
    expect(kinds(changes, 15_000, 'a', 'b', 'b')).toEqual([
      { kind: 'workers-joined', text: '2 workers of b joined', after: 5_000 },
      { kind: 'workers-left', text: '1 worker of a left', after: 5_000 },
    ]);
    expect(kinds(changes, 20_000, 'a', 'b', 'b')).toEqual([]);
    expect(kinds(changes, 25_000)).toEqual([]);
    expect(kinds(changes, 35_000)).toMatchObject([{ text: '3 workers of a, b left; none is connected now' }]);
  });

  test('a reconnect is neither', () => {
    const changes = new WorkerChanges();
    kinds(changes, 0, 'a');
    expect(kinds(changes, 5_000)).toEqual([]);
    expect(kinds(changes, 10_000, 'a')).toEqual([]);
    expect(kinds(changes, 15_000)).toEqual([]);
    expect(kinds(changes, 20_000, 'a')).toEqual([]);
  });
});

describe('what a collector notices', () => {
  const broker = (changes: Partial<Broker>) =>
    ({ source: 'main', state: 'up', since: T, runId: 'r1', ...changes }) as Broker;
  const due = (marks: ObservedMarks, now: number, stored: Parameters<ObservedMarks['due']>[1] = []) => {
    const { marks: list, settle } = marks.due(now, stored);
    settle();
    return list.map(({ kind, text, by }) => (by === null ? `${kind}: ${text}` : `${kind}: ${text} by ${by}`));
  };

  test('a pause, unless the person who did it is known already', () => {
    const marks = new ObservedMarks();
    const paused = (isPaused: boolean | null) => [aQueue({ isPaused })];
    marks.look(paused(false), [], [], T);
    marks.look(paused(null), [], [], T + 500);
    marks.look(paused(true), [], [], T + 1_000);
    expect(due(marks, T + 2_000)).toEqual([]);
    expect(due(marks, T + 4_000)).toEqual(['pause: Paused']);
    expect(due(marks, T + 9_000)).toEqual([]);
    marks.look(paused(false), [], [], T + 60_000);
    const byEve = newMark('x', T + 59_000, 'resume', 'Resumed', { queue, by: 'eve' });
    expect(due(marks, T + 64_000, [byEve])).toEqual([]);
    expect(due(marks, T + 65_000)).toEqual([]);
  });

  test('a restart, and a broker that was away for a while', () => {
    const marks = new ObservedMarks();
    marks.look([], [broker({})], [], T);
    marks.look([], [broker({ state: 'down', since: T + 1_000, runId: 'r1' })], [], T + 2_000);
    marks.look([], [broker({ runId: 'r2', startedAt: T + 25_000 })], [], T + 31_000);
    expect(due(marks, T + 40_000)).toEqual([
      'broker-gap: main could not be read for 30 s',
      'broker-restart: The Redis of main was restarted, or another node answers in its place',
    ]);
  });

  test('a takeover, the time in which nobody looked, and a restart in it', () => {
    const marks = new ObservedMarks();
    const before = { at: T, holder: 'a:1', brokers: [broker({ runId: 'r0' })] };
    marks.tookOver(7, 'b:2', before, T + 90_000, T + 90_000);
    marks.look([], [broker({ runId: 'r1' })], [], T + 91_000);
    expect(due(marks, T + 99_000).map((text) => text.split(':')[0])).toEqual([
      'collector-takeover',
      'collector-gap',
      'broker-restart',
    ]);
    const quiet = new ObservedMarks();
    quiet.tookOver(8, 'a:1', before, T + 2_000, T + 2_000);
    quiet.tookOver(9, 'a:1', null, T + 2_000, T + 2_000);
    expect(quiet.hasDue(T + 60_000)).toBe(false);
  });

  test('alerts once each, old ones not again after a takeover', () => {
    const marks = new ObservedMarks();
    const alert = { id: 'i1', rule: 'Backlog', queue, firedAt: T, resolvedAt: null, state: 'firing' } as Alert;
    const old = { ...alert, id: 'i0', firedAt: T - 3_600_000 };
    marks.lookAtAlerts([alert, old], T + 1_000);
    marks.lookAtAlerts([alert, old], T + 2_000);
    marks.lookAtAlerts([{ ...alert, state: 'resolved', resolvedAt: T + 3_000 }, old], T + 3_000);
    expect(due(marks, T + 10_000)).toEqual(['alert-fired: Backlog', 'alert-resolved: Backlog']);
  });

  test('a standby keeps only the newest', () => {
    const marks = new ObservedMarks();
    marks.look([aQueue({ isPaused: false })], [], [], T);
    marks.look([aQueue({ isPaused: true })], [], [], T + 1_000);
    marks.keepNewest(T + 10_000);
    expect(marks.hasDue(T + 10_000)).toBe(true);
    marks.keepNewest(T + 30_000);
    expect(marks.hasDue(T + 30_000)).toBe(false);
  });

  test('one list of workers is looked at once, and a hidden one not at all', () => {
    const marks = new ObservedMarks();
    const list = (at: number, workers: Worker[] | null): SourceWorkers[] => [
      { source: 'main', at, reason: null, total: 0, workers },
    ];
    marks.look([], [], list(T, workersOf('a')), T);
    marks.look([], [], list(T + 5_000, null), T + 5_000);
    marks.look([], [], list(T + 10_000, []), T + 10_000);
    for (let n = 0; n < 5; n += 1) marks.look([], [], list(T + 10_000, []), T + 30_000);
    expect(marks.hasDue(T + 60_000)).toBe(false);
    marks.look([], [], list(T + 20_000, []), T + 20_000);
    expect(due(marks, T + 60_000)).toEqual(['workers-left: 1 worker of a left; none is connected now']);
  });
});

describe('what people do', () => {
  const entry = (action: string, changes: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id'> => ({
    at: T,
    actor: 'eve@x',
    role: 'operator',
    address: '127.0.0.1',
    action,
    target: 'main/bull/reports',
    jobIds: [],
    jobCount: 0,
    outcome: 'done',
    detail: null,
    ...changes,
  });
  const seen = (action: string, changes: Partial<AuditEntry> = {}) => {
    const mark = operatorMark(entry(action, changes), queue, 'id');
    return mark && `${mark.kind}: ${mark.text} by ${mark.by}`;
  };

  test.each([
    ['pause', {}, 'pause: Paused by eve@x'],
    ['arena: resume queue', {}, 'resume: Resumed by eve@x'],
    ['retry', { jobCount: 3, outcome: 'partly' }, 'operation: retry of 3 jobs by eve@x'],
    ['arena: remove jobs', { jobCount: 1 }, 'operation: remove jobs of 1 job in Arena by eve@x'],
    ['remove', { outcome: 'refused' }, null],
    ['add', {}, null],
    ['mark: deploy', {}, null],
  ] as const)('%s %o → %s', (action, changes, expected) => expect(seen(action, changes)).toBe(expected));
});
