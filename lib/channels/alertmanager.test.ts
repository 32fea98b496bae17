import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aNotification } from '../testing/a-notification';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { openAlertmanager, toAlertmanager } from './alertmanager';

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(() => receiver.down());

const MINUTE = 60_000;
const ALERT = aNotification();
const NOW = ALERT.at + 10 * MINUTE;

test('what is open ends soon unless it is told again', () => {
  const { startsAt, endsAt } = toAlertmanager(ALERT, {}, NOW);
  expect(Date.parse(startsAt)).toBe(ALERT.at);
  expect(Date.parse(endsAt)).toBe(NOW + 4 * MINUTE);
  const later = toAlertmanager(ALERT, {}, NOW + MINUTE);
  expect(Date.parse(later.endsAt)).toBe(NOW + 5 * MINUTE);
});

test('the end is told under the same labels', () => {
  const fired = toAlertmanager(ALERT, { team: 'payments' }, NOW);
  const ended = toAlertmanager(aNotification({ kind: 'resolved', at: NOW }), { team: 'payments' }, NOW);
  expect(ended.labels).toEqual(fired.labels);
  expect(Date.parse(ended.endsAt)).toBe(NOW);
  expect(fired.labels).toEqual({
    alertname: 'Backlog over 1,000',
    severity: 'critical',
    incident: 'abc',
    source: 'main',
    namespace: 'bull',
    queue: 'reports',
    environment: 'production',
    team: 'payments',
  });
});

test('an end before its beginning is none: Alertmanager would refuse the alert', () => {
  const at = ALERT.at - MINUTE;
  const { startsAt, endsAt } = toAlertmanager(
    aNotification({ kind: 'resolved', incident: { resolvedAt: at } }),
    {},
    NOW,
  );
  expect(Date.parse(startsAt)).toBeLessThanOrEqual(Date.parse(endsAt));
});

test('alerts go to the API below the address, with the password in a header and not in the address', async () => {
  const url = `http://me:s3cret@127.0.0.1:${receiver.port}/prefix/`;
  const channel = openAlertmanager({ kind: 'alertmanager', url, allow: ['127.0.0.1'] });
  expect(channel.target).toBe(`http://127.0.0.1:${receiver.port}/prefix`);
  await channel.send(ALERT);
  await channel.repeat?.([ALERT, aNotification({ incident: { id: 'other' } })], NOW);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/prefix/api/v2/alerts', '/prefix/api/v2/alerts']);
  expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${btoa('me:s3cret')}`);
  expect(receiver.received.map(({ body }) => (body as unknown[]).length)).toEqual([1, 2]);
});
