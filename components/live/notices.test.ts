import { describe, expect, test } from 'vitest';
import type { Alerts } from '@/lib/domain/alert';
import type { Brokers } from '@/lib/domain/broker';
import type { ChannelState } from '@/lib/domain/notification';
import { noticesOf } from './notices';

const NOW = 1_795_511_400_000;
const brokers: Brokers = {
  at: NOW,
  store: { state: 'up', since: 0, error: null },
  collector: { state: 'live', lastSeenAt: NOW, holder: null },
  brokers: [],
};
const channel = (change: Partial<ChannelState>): ChannelState => ({
  key: 'on-call',
  name: 'on call',
  kind: 'webhook',
  target: 'https://hooks.example',
  severities: null,
  queues: '*',
  lastSentAt: null,
  lastError: 'answered 503',
  failingSince: NOW - 5 * 60_000,
  waiting: 3,
  oldestWaitingAt: NOW - 5 * 60_000,
  nextAttemptAt: NOW,
  lost: 0,
  ...change,
});
const seen = (channels: ChannelState[]) =>
  noticesOf(
    {
      link: { state: 'open', since: 0 },
      lastEventAt: NOW - 500,
      brokers,
      alerts: { channels } as Alerts,
    },
    NOW,
  );

describe('a channel that takes nothing is told on every screen', () => {
  test('with since when, what waits, what the receiver said and what to do', () => {
    const [notice, ...others] = seen([channel({})]);
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      severity: 'warning',
      title: 'The channel “on call” takes no notifications',
      since: NOW - 5 * 60_000,
      error: 'answered 503',
    });
    expect(notice?.meaning).toContain('3 notifications wait');
    expect(notice?.advice).toContain('Alerts, Channels');
  });
  test.each([
    { because: 'it works', change: { failingSince: null } },
    { because: 'the receiver may just be restarted', change: { failingSince: NOW - 60_000 } },
  ])('not where $because', ({ change }) => expect(seen([channel(change)])).toEqual([]));
});
