import pino from 'pino';
import { beforeEach, expect, test } from 'vitest';
import type { Notification } from '../domain/notification';
import type { Severity } from '../domain/queue';
import { compilePattern } from '../domain/pattern';
import { aNotification } from '../testing/a-notification';
import { DeliveryError } from './channel';
import { Dispatcher } from './dispatcher';
import { dispatchStateSchema } from './dispatch-state';
import type { RoutedChannel } from './open-channels';

const MINUTE = 60_000;
let now: number;
beforeEach(() => {
  now = 1_795_511_400_000;
});

/** A channel in memory that takes what it is sent, or does not. */
function aChannel(key: string, { severities, queues = '*' }: { severities?: Severity[]; queues?: string } = {}) {
  const taken: Notification[] = [];
  const matches = compilePattern(queues);
  const state = { taken, isDown: false, ids: () => taken.map(({ id }) => id) };
  const routed: RoutedChannel = {
    channel: {
      key,
      kind: 'webhook',
      name: key,
      target: key,
      send(notification) {
        if (state.isDown) return Promise.reject(new DeliveryError('answered 503'));
        taken.push(notification);
        return Promise.resolve('ok');
      },
    },
    severities: severities ?? null,
    queues,
    covers: (queue) => queues === '*' || (queue !== null && matches(queue)),
  };
  return { ...state, routed, set: (isDown: boolean) => (state.isDown = isDown) };
}
function dispatcher(...channels: { routed: RoutedChannel }[]) {
  return new Dispatcher({
    channels: channels.map(({ routed }) => routed),
    publicUrl: 'https://tailback.example',
    environment: null,
    log: pino({ level: 'silent' }),
    now: () => now,
  });
}
const about = (id: string, kind: Notification['kind'], severity: Severity, name = 'reports') =>
  aNotification({
    kind,
    at: now,
    incident: { id, severity, queue: { source: 'main', namespace: 'bull', name }, members: [] },
  });

test('severities and queues choose the channels; the end goes to those that heard of the beginning', async () => {
  const [all, pager, mails] = [
    aChannel('all'),
    aChannel('pager', { severities: ['critical'] }),
    aChannel('mails', { queues: 'mail*' }),
  ];
  const out = dispatcher(all, pager, mails);
  out.accept([
    { notification: about('1', 'fired', 'warning') },
    { notification: about('1', 'escalated', 'critical') },
    { notification: about('2', 'fired', 'warning', 'mail-out') },
    // It has calmed down to a warning by its end, and the pager must be told all the same.
    { notification: about('1', 'resolved', 'warning') },
  ]);
  await out.deliver();
  expect(all.ids()).toEqual(['1.fired', '1.escalated', '2.fired', '1.resolved']);
  expect(pager.ids()).toEqual(['1.escalated', '1.resolved']);
  expect(mails.ids()).toEqual(['2.fired']);
});

test('an escalation names its channels, whatever they take otherwise', async () => {
  const [team, boss] = [aChannel('team'), aChannel('boss', { severities: ['critical'] })];
  const out = dispatcher(team, boss);
  out.accept([{ notification: about('1', 'fired', 'warning') }]);
  out.accept([{ notification: about('1', 'escalated', 'warning'), to: ['boss'] }]);
  out.accept([{ notification: about('1', 'acknowledged', 'warning') }]);
  await out.deliver();
  expect(boss.ids()).toEqual(['1.escalated', '1.acknowledged']);
  expect(team.ids()).toEqual(['1.fired', '1.escalated', '1.acknowledged']);
});

test('who was told is known to the next collector', async () => {
  const pager = aChannel('pager', { severities: ['critical'] });
  const first = dispatcher(pager);
  first.accept([{ notification: about('1', 'fired', 'critical') }]);
  await first.deliver();
  const second = dispatcher(pager);
  second.load(dispatchStateSchema.parse(JSON.parse(JSON.stringify(first.state()))));
  second.accept([{ notification: about('1', 'resolved', 'warning') }]);
  await second.deliver();
  expect(pager.ids()).toEqual(['1.fired', '1.resolved']);
});

test('a channel that is down delays and loses nothing, and the others say so, once', async () => {
  const [down, up] = [aChannel('down'), aChannel('up', { severities: ['critical'] })];
  down.set(true);
  const out = dispatcher(down, up);
  out.accept([{ notification: about('1', 'fired', 'info') }, { notification: about('1', 'resolved', 'info') }]);
  for (let minute = 0; minute < 10; minute += 1) {
    await out.deliver();
    now += MINUTE;
  }
  expect(down.taken).toEqual([]);
  expect(up.taken.map(({ kind, sentence }) => `${kind} ${sentence}`)).toEqual([
    'fired The channel down (webhook) has taken no notification for 2 m: answered 503. 2 notifications wait for it.',
  ]);
  expect(out.view()[0]).toMatchObject({ waiting: 2, lastError: 'answered 503', lost: 0 });

  down.set(false);
  now += 5 * MINUTE;
  await out.deliver();
  await out.deliver();
  expect(down.ids()).toEqual(['1.fired', '1.resolved']);
  expect(up.taken.map(({ kind }) => kind)).toEqual(['fired', 'resolved']);
  expect(out.view()[0]).toMatchObject({ waiting: 0, lastError: null, failingSince: null });
});

test('a short failure is no news', async () => {
  const [flaky, other] = [aChannel('flaky'), aChannel('other', { severities: ['critical'] })];
  flaky.set(true);
  const out = dispatcher(flaky, other);
  out.accept([{ notification: about('1', 'fired', 'info') }]);
  await out.deliver();
  flaky.set(false);
  now += MINUTE;
  await out.deliver();
  now += 10 * MINUTE;
  await out.deliver();
  expect(other.taken).toEqual([]);
  expect(flaky.ids()).toEqual(['1.fired']);
});

test('a forgetful receiver is told again what is open, and only that', async () => {
  const repeats: string[][] = [];
  const base = aChannel('am');
  const channel = {
    ...base.routed.channel,
    repeatEveryMs: MINUTE,
    repeat: (open: readonly Notification[]) => {
      repeats.push(open.map(({ incident }) => incident.id));
      return Promise.resolve();
    },
  };
  const out = dispatcher({ routed: { ...base.routed, channel } });
  out.accept([{ notification: about('1', 'fired', 'critical') }, { notification: about('2', 'fired', 'info') }]);
  await out.deliver();
  await out.deliver();
  expect(repeats).toEqual([['1', '2']]);
  now += MINUTE;
  out.accept([{ notification: about('1', 'resolved', 'critical') }]);
  await out.deliver();
  expect(repeats).toEqual([['1', '2'], ['2']]);
});

test('what waits for a channel that is not configured any more is dropped', async () => {
  const [gone, kept] = [aChannel('gone'), aChannel('kept')];
  const first = dispatcher(gone, kept);
  first.accept([{ notification: about('1', 'fired', 'critical') }]);
  const second = dispatcher(kept);
  second.load(first.state());
  await second.deliver();
  expect(kept.ids()).toEqual(['1.fired']);
  expect(second.state().outbox).toEqual([]);
});
