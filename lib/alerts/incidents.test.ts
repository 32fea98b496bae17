import pino from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { Dispatcher } from '../channels/dispatcher';
import type { Alerts } from '../domain/alert';
import type { AlertRule } from '../domain/alert-rule';
import type { Broker } from '../domain/broker';
import { NO_CARE, type Care } from '../domain/incident';
import { withMembersSeen } from '../domain/incident-words';
import type { Notification } from '../domain/notification';
import type { Queue } from '../domain/queue';
import type { Silence } from '../domain/silence';
import type { Verdict, VerdictCode } from '../domain/verdict';
import { aQueue } from '../testing/a-queue';
import { AlertEngine, type AlertSettings } from './alert-engine';
import { withAction } from './care';
import { toDetail } from './open-incident';

const START = 1_795_511_400_000;
const MINUTE = 60_000;
const BACKLOG: AlertRule = {
  name: 'Backlog',
  queues: '*',
  metric: 'backlog',
  above: 100,
  forSeconds: 0,
  severity: 'warning',
};
const VERDICTS: AlertRule = {
  name: 'Bad',
  queues: '*',
  verdict: { severity: 'critical' },
  forSeconds: 0,
  severity: 'critical',
};
const NO_DATA: AlertRule = {
  name: 'Silent source',
  queues: '*',
  metric: 'backlog',
  noData: true,
  forSeconds: 0,
  severity: 'critical',
};

let told: Notification[];
let now: number;
let settings: AlertSettings;
let engine: AlertEngine;

/** The real dispatcher without channels, that says what it was handed. */
class Listening extends Dispatcher {
  override accept(news: Parameters<Dispatcher['accept']>[0]): void {
    told.push(...news.map(({ notification }) => notification));
    super.accept(news);
  }
}

function anEngine(): AlertEngine {
  const log = pino({ level: 'silent' });
  const common = { publicUrl: 'https://tailback.example', environment: null, log, now: () => now };
  return new AlertEngine({ ...common, dispatcher: new Listening({ ...common, channels: [] }), checkEverySeconds: 30 });
}

beforeEach(() => {
  told = [];
  now = START;
  engine = anEngine();
  set({ rules: [BACKLOG, VERDICTS, NO_DATA], silences: [], care: new Map() });
});

function set(change: Partial<AlertSettings>): void {
  settings = { ...(settings as AlertSettings | undefined), ...change } as AlertSettings;
  engine.configure(settings);
}

/** A round `ms` after the last one, through the stored state as if another collector went on. */
function round(queues: Queue[], { ms = 30_000, up = ['main', 'other'], brokers = [] as Broker[] } = {}): Alerts {
  now += ms;
  const before = engine.toJson();
  engine = anEngine();
  engine.configure(settings);
  engine.load(before);
  engine.round({ queues, brokers, sourcesUp: new Set(up) });
  return engine.view();
}

const verdict = (code: VerdictCode): Verdict => ({
  code,
  severity: 'critical',
  since: START,
  sentence: `It is ${code}.`,
  evidence: [],
  actions: [],
  under: [],
});
const queue = (name: string, waiting: number, codes: VerdictCode[] = [], source = 'main'): Queue =>
  aQueue({ id: { name, source }, counts: { waiting }, verdicts: codes.map(verdict) });
const kinds = () => told.map(({ kind }) => kind);
const open = (view: Alerts) => view.incidents.filter(({ state }) => state === 'firing');
const care = (...actions: Parameters<typeof withAction>[1][]): Map<string, Care> => {
  const id = open(engine.view())[0]?.id ?? '';
  const before = settings.care.get(id) ?? NO_CARE;
  return new Map([[id, actions.reduce((so, action) => withAction(so, action, 'kim', now), before)]]);
};

describe('one incident for many symptoms', () => {
  test('of one queue, told once, with the verdict as its sentence', () => {
    round([queue('mail', 500)]);
    const view = round([queue('mail', 500, ['failing'])]);
    expect(open(view)).toMatchObject([
      {
        cause: { kind: 'queue' },
        severity: 'critical',
        memberCount: 2,
        firingCount: 2,
        sentence: 'main/bull/mail: it is failing.',
      },
    ]);
    // It became graver: that is told, as the same incident.
    expect(kinds()).toEqual(['fired', 'escalated']);
    expect(new Set(told.map(({ incident }) => incident.id)).size).toBe(1);
  });

  test('of several queues whose verdict is the same cause outside of them', () => {
    round([queue('a', 500, ['no-workers'])]);
    const view = round([queue('a', 500, ['no-workers']), queue('b', 0, ['no-workers']), queue('c', 0, ['failing'])]);
    expect(open(view).map(({ cause, queueCount }) => [cause.kind, cause.code, queueCount])).toEqual([
      ['verdict', 'no-workers', 2],
      ['queue', 'failing', 1],
    ]);
    expect(open(view)[0]?.sentence).toContain('2 queues of main have jobs that wait and no worker connected');
  });

  test('of several queues that fail in the same way, and not of one that fails in another', () => {
    const failing = (name: string, kind: string) =>
      aQueue({
        id: { name },
        verdicts: [{ ...verdict('failing'), actions: [{ label: 'Look', href: `/failures/${kind}` }] }],
      });
    const { incidents } = round([failing('a', 'f00'), failing('b', 'f00'), failing('c', 'f11')]);
    expect(incidents.map(({ queueCount, cause }) => [queueCount, cause.kind])).toEqual([
      [2, 'verdict'],
      [1, 'queue'],
    ]);
    expect(round([failing('a', 'f00'), failing('b', 'f00'), failing('d', 'f00')]).incidents[0]?.queueCount).toBe(3);
  });
  test('not of queues at two sources, and not of what comes much later', () => {
    round([queue('a', 0, ['no-workers']), queue('a', 0, ['no-workers'], 'other')]);
    const all = [queue('a', 0, ['no-workers']), queue('a', 0, ['no-workers'], 'other'), queue('b', 0, ['no-workers'])];
    expect(open(round(all, { ms: 20 * MINUTE }))).toHaveLength(3);
  });

  test('of a source that does not answer: one, however many queues it has', () => {
    const queues = Array.from({ length: 50 }, (_, index) => queue(`q${index}`, 0));
    round(queues);
    const view = round(queues, { up: [] });
    expect(open(view)).toMatchObject([{ cause: { kind: 'source-down' }, queueCount: 50, memberCount: 50 }]);
    expect(open(view)[0]?.sentence).toBe('The source main does not answer: 50 queues cannot be watched.');
    round(queues);
    expect(kinds()).toEqual(['fired', 'resolved']);
  });

  test('of a rule that many queues break at once', () => {
    const view = round(Array.from({ length: 30 }, (_, index) => queue(`q${index}`, 500)));
    expect(open(view)).toMatchObject([{ cause: { kind: 'rule' }, queueCount: 30 }]);
    expect(told).toHaveLength(1);
  });

  test('of few queues that break a rule for reasons of their own: one each', () => {
    expect(open(round([queue('a', 500), queue('b', 500)]))).toHaveLength(2);
  });

  test('of a broker: its memory and its verdict', () => {
    const memory: AlertRule = {
      name: 'Memory',
      queues: '*',
      metric: 'brokerMemoryPercent',
      above: 80,
      forSeconds: 0,
      severity: 'warning',
    };
    set({ rules: [memory, VERDICTS] });
    const broker = {
      source: 'main',
      usedMemoryBytes: 90,
      maxMemoryBytes: 100,
      verdicts: [verdict('memory-near-limit')],
    };
    const view = round([queue('a', 0)], { brokers: [broker as Broker] });
    expect(open(view)).toMatchObject([
      { cause: { kind: 'broker' }, memberCount: 2, queueCount: 0, severity: 'critical' },
    ]);
    expect(told).toHaveLength(1);
    expect(told[0]?.url).toBe(`https://tailback.example/alerts/${open(view)[0]?.id}`);
  });

  test('of an alarm of RabbitMQ, with the queues whose publishers it stops', () => {
    set({ rules: [VERDICTS] });
    const broker = { source: 'main', usedMemoryBytes: 1, maxMemoryBytes: 9, verdicts: [verdict('resource-alarm')] };
    const stopped = [queue('a', 0, ['publishers-blocked']), queue('b', 0, ['publishers-blocked'])];
    const view = round(stopped, { brokers: [broker as Broker] });
    expect(open(view)).toMatchObject([{ cause: { kind: 'broker' }, memberCount: 3, queueCount: 2 }]);
    expect(told).toHaveLength(1);
  });

  test('ends when the last of them ends, and goes to the history with its course', () => {
    round([queue('a', 500, ['failing'])]);
    round([queue('a', 500)]);
    expect(engine.past()).toEqual([]);
    round([queue('a', 0)]);
    expect(engine.past()).toMatchObject([{ incident: { state: 'resolved', memberCount: 2 }, members: [{}, {}] }]);
    const detail = toDetail(engine.past()[0] as never, NO_CARE, now);
    expect(detail.events.map(({ kind }) => kind)).toEqual(['fired', 'joined', 'left', 'left', 'resolved']);
    engine.keep(1);
    expect(engine.past()).toEqual([]);
  });

  test('who sees one of its queues is told of that one only', () => {
    const view = round([queue('seen', 0, ['no-workers']), queue('hidden', 500, ['no-workers'])]);
    const [incident] = open(view);
    const visible = view.alerts.filter((alert) => alert.queue?.name === 'seen');
    const narrowed = incident && withMembersSeen(incident, visible);
    expect(narrowed).toMatchObject({ queueCount: 1, memberCount: 1, rules: ['Bad'] });
    expect(JSON.stringify(narrowed)).not.toContain('hidden');
    expect(incident && withMembersSeen(incident, [])).toBeNull();
  });
});

describe('what is told', () => {
  const silence = (change: Partial<Silence> = {}): Silence => ({
    id: 's',
    by: 'kim',
    at: START,
    endedAt: null,
    queues: ['mail'],
    reason: 'work',
    window: { kind: 'once', from: START, to: START + 10 * MINUTE },
    ...change,
  });

  test('a silence keeps it quiet, and what outlasts it is told then', () => {
    set({ silences: [silence()] });
    expect(open(round([queue('mail', 500)]))).toMatchObject([
      { silence: { id: 's', until: START + 10 * MINUTE }, notifiedAt: null },
    ]);
    expect(told).toEqual([]);
    round([queue('mail', 500)], { ms: 10 * MINUTE });
    expect(kinds()).toEqual(['fired']);
  });

  test('what ends while it is silent is told to nobody; what was told before ends for those who heard of it', () => {
    set({ silences: [silence()] });
    round([queue('mail', 500)]);
    round([queue('mail', 0)]);
    expect(told).toEqual([]);
    set({ silences: [] });
    round([queue('mail', 500)]);
    set({ silences: [silence({ window: { kind: 'once', from: now, to: now + 60 * MINUTE } })] });
    round([queue('mail', 0)]);
    expect(kinds()).toEqual(['fired', 'resolved']);
  });

  test.each([
    { because: 'another queue', change: { queues: ['print*'] } },
    { because: 'an exception', change: { except: ['ma*'] } },
    { because: 'another rule', change: { rules: ['Bad'] } },
    { because: 'too grave for it', change: { upTo: 'info' as const } },
    { because: 'ended by hand', change: { endedAt: START } },
  ])('a silence does not meet $because', ({ change }) => {
    set({ silences: [silence(change)] });
    round([queue('mail', 500)]);
    expect(kinds()).toEqual(['fired']);
  });

  test('maintenance comes again at its time, in its zone', () => {
    const at = Date.UTC(2026, 10, 28, 1, 0);
    set({
      silences: [silence({ window: { kind: 'cron', pattern: '0 2 * * 6', minutes: 60, timeZone: 'Europe/Berlin' } })],
    });
    round([queue('mail', 500)], { ms: at - START + 30 * MINUTE });
    expect(told).toEqual([]);
    round([queue('mail', 500)], { ms: 31 * MINUTE });
    expect(kinds()).toEqual(['fired']);
  });

  test('nobody acknowledged it in time: it escalates once, graver', () => {
    set({ rules: [{ ...BACKLOG, escalate: { afterMinutes: 15, severity: 'critical' } }] });
    round([queue('mail', 500)]);
    for (let minute = 0; minute < 40; minute += 1) round([queue('mail', 500)], { ms: MINUTE });
    expect(told.map(({ kind, at }) => [kind, at - (told[0]?.at ?? 0)])).toEqual([
      ['fired', 0],
      ['escalated', 15 * MINUTE],
    ]);
    expect(open(engine.view())).toMatchObject([{ severity: 'critical' }]);
  });

  test('somebody acknowledged it: it does not escalate, and the others are told who', () => {
    set({ rules: [{ ...BACKLOG, escalate: { afterMinutes: 15, severity: 'critical' } }] });
    round([queue('mail', 500)]);
    set({ care: care({ action: 'acknowledge', note: 'on it' }) });
    for (let minute = 0; minute < 40; minute += 1) round([queue('mail', 500)], { ms: MINUTE });
    expect(kinds()).toEqual(['fired', 'acknowledged']);
    expect(told[1]?.onIt).toMatchObject({ by: 'kim', note: 'on it' });
  });

  test('a snooze keeps it quiet, and what outlasts it is told again', () => {
    round([queue('mail', 500)]);
    set({ care: care({ action: 'snooze', until: now + 60 * MINUTE }) });
    round([queue('mail', 500, ['failing'])], { ms: 30 * MINUTE });
    expect(kinds()).toEqual(['fired']);
    round([queue('mail', 500, ['failing'])], { ms: 31 * MINUTE });
    expect(kinds()).toEqual(['fired', 'escalated']);
    round([queue('mail', 500, ['failing'])], { ms: MINUTE });
    expect(kinds()).toHaveLength(2);
  });

  test('each notification has an id of its own', () => {
    set({ rules: [BACKLOG, VERDICTS] });
    round([queue('mail', 500)]);
    round([queue('mail', 500, ['failing'])]);
    round([queue('mail', 0)]);
    round([queue('mail', 500)]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    expect(kinds()).toEqual(['fired', 'escalated', 'resolved', 'fired']);
  });
});

/** A small generator with a seed: the same cases at every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe.each([1, 2, 3, 4, 5, 6])('whatever happens (seed %d)', (seed) => {
  test('with clearBelow people are told no more often than the value crosses the whole band', () => {
    const next = random(seed);
    set({ rules: [{ ...BACKLOG, above: 1000, clearBelow: 800 }] });
    let crossings = 0;
    let isHigh = false;
    for (let step = 0; step < 300; step += 1) {
      const value = Math.round(700 + next() * 400);
      if (!isHigh && value > 1000) [isHigh, crossings] = [true, crossings + 1];
      else if (isHigh && value <= 800) isHigh = false;
      round([queue('mail', value)]);
    }
    expect(kinds().filter((kind) => kind === 'fired')).toHaveLength(crossings);
    expect(kinds().filter((kind) => kind === 'resolved').length).toBeGreaterThanOrEqual(crossings - 1);
  });

  test('what fires when nothing keeps it quiet any more has been told, and each is told in order', () => {
    const next = random(seed + 1_000);
    for (let step = 0; step < 150; step += 1) {
      const from = now + Math.round(next() * MINUTE);
      if (next() < 0.1)
        set({
          silences: [
            {
              id: `s${step}`,
              by: 'kim',
              at: now,
              endedAt: null,
              queues: [next() < 0.5 ? '*' : 'a'],
              reason: 'r',
              window: { kind: 'once', from, to: from + Math.round(next() * 20 * MINUTE) + 1 },
            },
          ],
        });
      if (next() < 0.05 && open(engine.view()).length > 0)
        set({ care: care({ action: 'snooze', until: now + Math.round(next() * 10 * MINUTE) + 1 }) });
      const value = () => (next() < 0.5 ? 500 : 0);
      round([queue('a', value()), queue('b', value(), next() < 0.2 ? ['failing'] : [])], {
        ms: Math.round(next() * 2 * MINUTE),
        up: next() < 0.9 ? ['main'] : [],
      });
      for (const incident of open(engine.view()))
        if (!incident.silence && (incident.snoozed?.until ?? 0) <= now) expect(incident.notifiedAt).not.toBeNull();
    }
    const byIncident = new Map<string, string[]>();
    for (const { kind, incident } of told) byIncident.set(incident.id, [...(byIncident.get(incident.id) ?? []), kind]);
    for (const course of byIncident.values()) {
      expect(course[0]).toBe('fired');
      expect(course.filter((kind) => kind === 'fired')).toHaveLength(1);
      expect(course.indexOf('resolved')).toBeOneOf([-1, course.length - 1]);
    }
  });

  test('a clock that jumps neither fires early nor leaves anything waiting for ever', () => {
    const next = random(seed + 2_000);
    set({ rules: [{ ...BACKLOG, forSeconds: 90 }] });
    let watched = 0;
    for (let step = 0; step < 100; step += 1) {
      const hours = next() < 0.2 ? Math.round((next() - 0.5) * 48) : 0;
      now += hours * 3_600_000;
      const before = open(engine.view()).length;
      const isHigh = next() < 0.8;
      round([queue('mail', isHigh ? 500 : 0)]);
      watched = !isHigh || hours !== 0 ? 0 : watched + 30;
      if (open(engine.view()).length > before) expect(watched).toBeGreaterThanOrEqual(90);
    }
    for (let step = 0; step < 10; step += 1) round([queue('mail', 500)]);
    expect(open(engine.view())).toHaveLength(1);
    for (let step = 0; step < 10; step += 1) round([queue('mail', 0)]);
    expect(open(engine.view())).toEqual([]);
  });
});
