import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Dispatcher } from '../channels/dispatcher';
import { openChannels } from '../channels/open-channels';
import type { ChannelConfig } from '../config/channel-config';
import { alertsSchema } from '../domain/alert';
import type { AlertRule } from '../domain/alert-rule';
import type { Queue } from '../domain/queue';
import { aQueue } from '../testing/a-queue';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { AlertEngine, type AlertEngineOptions } from './alert-engine';

const START = 1_795_511_400_000;
const SECOND = 1_000;
const RULE: AlertRule = {
  name: 'Backlog',
  queues: '*',
  metric: 'backlog',
  above: 1000,
  forSeconds: 0,
  severity: 'critical',
};
const UP = new Set(['main']);
const PUBLIC_URL = 'https://tailback.example';
const webhook = (url: string): ChannelConfig => ({ kind: 'webhook', url, allow: ['127.0.0.1'] });

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
let now: number;
let lines: { msg: string; level: number }[];

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  now = START;
  lines = [];
});
afterEach(() => receiver.down());

type Changes = Partial<AlertEngineOptions> & { channels?: ChannelConfig[]; rules?: AlertRule[] };

function engine({ channels, rules = [RULE], ...changes }: Changes = {}): AlertEngine {
  const log = pino(
    { level: 'info' },
    { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
  );
  const started = new AlertEngine({
    dispatcher: new Dispatcher({
      channels: openChannels(channels ?? [webhook(receiver.url)]),
      publicUrl: PUBLIC_URL,
      environment: null,
      log,
      now: () => now,
    }),
    publicUrl: PUBLIC_URL,
    environment: null,
    checkEverySeconds: 30,
    log,
    now: () => now,
    ...changes,
  });
  started.configure({ rules, silences: [], care: new Map() });
  started.load(null);
  return started;
}

const waiting = (count: number): Queue[] => [aQueue({ counts: { waiting: count } })];
const events = (): unknown[] => receiver.received.map(({ body }) => (body as { event: string }).event);
const keys = (): unknown[] => receiver.received.map(({ key }) => key);

/** One round and one delivery as the collector does them, `seconds` after the last; returns what it stored last. */
async function step(alerts: AlertEngine, queues: Queue[], seconds = 30): Promise<string> {
  now += seconds * SECOND;
  alerts.round({ queues: queues, sourcesUp: UP });
  let stored = alerts.toJson();
  if (await alerts.deliver()) stored = alerts.toJson();
  return stored;
}

test('an incident is sent once when it fires and once when it resolves, with a link to the queue', async () => {
  const alerts = engine();
  for (const count of [10, 1001, 5000, 1001, 1000, 0, 0]) await step(alerts, waiting(count));
  expect(events()).toEqual(['alert.fired', 'alert.resolved']);
  const [fired, resolved] = receiver.received.map(({ body }) => body as Record<string, { id: string; state: string }>);
  const key = waiting(0)[0]?.key ?? '';
  expect(fired).toMatchObject({
    url: expect.stringContaining(`https://tailback.example/queues/${key}?from=`) as string,
    sentence: 'main/bull/reports: 1,001 jobs in the backlog, above 1,000.',
    incident: { name: 'Backlog', severity: 'critical', resolvedAt: null },
    numbers: [{ value: 1001, unit: 'jobs' }],
  });
  expect(resolved).toMatchObject({
    incident: { id: fired?.['incident']?.id, resolvedAt: START + 150 * SECOND },
    numbers: [{ value: 1000 }],
  });
  expect(new Set(keys()).size).toBe(2);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'alert fired: main/bull/reports: 1,001 jobs in the backlog, above 1,000.',
    'alert resolved: main/bull/reports: 1,000 jobs in the backlog, no longer above 1,000.',
  ]);
});

test('time in which nobody checked does not count towards forSeconds', async () => {
  const rules = [{ ...RULE, forSeconds: 120 }];
  const before = engine({ rules });
  const stored = await step(before, waiting(2000));
  const after = engine({ rules });
  after.load(stored);
  await step(after, waiting(2000), 3600);
  expect(after.view().alerts).toMatchObject([{ state: 'pending', since: now }]);
  for (let round = 0; round < 4; round += 1) await step(after, waiting(2000));
  expect(events()).toEqual(['alert.fired']);
});

test('a takeover between two rounds does not begin a pending rule anew', async () => {
  const rules = [{ ...RULE, forSeconds: 60 }];
  const stored = await step(engine({ rules }), waiting(2000));
  const next = engine({ rules });
  next.load(stored);
  await step(next, waiting(2000), 35);
  await step(next, waiting(2000), 30);
  expect(events()).toEqual(['alert.fired']);
});

test('what is shown is the contract of the API', async () => {
  const alerts = engine();
  expect(alertsSchema.parse(alerts.view())).toMatchObject({ checkedAt: null, alerts: [] });
  await step(alerts, waiting(2000));
  expect(alertsSchema.parse(alerts.view())).toMatchObject({
    checkedAt: now,
    checkEverySeconds: 30,
    rules: [RULE],
    alerts: [{ state: 'firing' }],
    channels: [{ kind: 'webhook', target: receiver.url, lastError: null, lastSentAt: now }],
  });
  await step(alerts, waiting(0));
  expect(alerts.view().alerts).toMatchObject([{ state: 'resolved' }]);
  await step(alerts, waiting(0), 25 * 3600);
  expect(alerts.view().alerts).toEqual([]);
});

test('a receiver that was down gets everything later, in order, with the same ids', async () => {
  const alerts = engine();
  await receiver.down();
  await step(alerts, waiting(2000));
  await step(alerts, waiting(0));
  await step(alerts, waiting(3000));
  expect(alerts.view().channels[0]?.lastError).toMatch(/ECONNREFUSED/);
  expect(lines.filter(({ msg }) => msg.includes('could not be delivered'))).toHaveLength(1);
  await receiver.up();
  now += 60 * SECOND;
  expect(await alerts.deliver()).toBe(true);
  expect(events()).toEqual(['alert.fired', 'alert.resolved', 'alert.fired']);
  expect(alerts.view().channels[0]).toMatchObject({ lastError: null, lastSentAt: now });
  expect(await alerts.deliver()).toBe(false);
});

test('a message refused at first comes with the same key again', async () => {
  const alerts = engine();
  receiver.answerWith((response) => response.writeHead(503).end());
  await step(alerts, waiting(2000));
  // Before its time it is not tried again.
  expect(await alerts.deliver()).toBe(false);
  receiver.answerWith((response) => response.writeHead(200).end('ok'));
  now += SECOND;
  await alerts.deliver();
  expect(receiver.received).toHaveLength(2);
  expect(new Set(keys()).size).toBe(1);
});

test('a crash between storing and sending loses nothing: the next collector sends it', async () => {
  const first = engine();
  now += 30 * SECOND;
  first.round({ queues: waiting(2000), sourcesUp: UP });
  const stored = first.toJson();

  const second = engine();
  second.load(stored);
  await step(second, waiting(2000), 5);
  expect(events()).toEqual(['alert.fired']);
  expect(second.view().alerts).toMatchObject([{ state: 'firing', since: START + 30 * SECOND }]);
});

test('a crash between sending and storing repeats the message with the same key, and the incident goes on', async () => {
  const first = engine();
  now += 30 * SECOND;
  first.round({ queues: waiting(2000), sourcesUp: UP });
  const stored = first.toJson();
  await first.deliver();

  const second = engine();
  second.load(stored);
  const after = await step(second, waiting(2000), 5);
  expect(receiver.received).toHaveLength(2);
  expect(new Set(keys()).size).toBe(1);

  const third = engine();
  third.load(after);
  await step(third, waiting(2000), 5);
  await step(third, waiting(0), 5);
  expect(events()).toEqual(['alert.fired', 'alert.fired', 'alert.resolved']);
});

test('with clearBelow 999 and 1,001 in turn page once', async () => {
  const alerts = engine({ rules: [{ ...RULE, clearBelow: 800 }] });
  for (let round = 0; round < 200; round += 1) await step(alerts, waiting(round % 2 === 0 ? 1001 : 999));
  expect(events()).toEqual(['alert.fired']);
});

test('without clearBelow a value that comes and goes pages a few times, not all night', async () => {
  const alerts = engine();
  for (let round = 0; round < 960; round += 1) await step(alerts, waiting(round % 2 === 0 ? 1001 : 999));
  expect(receiver.received.length).toBeLessThanOrEqual(5);
  expect(alerts.view().alerts[0]?.sentence).toContain('because it came and went before');
  // Once it stays calm it ends.
  for (let round = 0; round < 11; round += 1) await step(alerts, waiting(10));
  expect(events().at(-1)).toBe('alert.resolved');
});

test('forSeconds is waited out, also over a change of collector', async () => {
  const rules = [{ ...RULE, forSeconds: 90 }];
  const first = engine({ rules });
  await step(first, waiting(2000));
  const stored = await step(first, waiting(2000));
  expect(first.view().alerts).toMatchObject([{ state: 'pending', since: START + 30 * SECOND }]);
  const second = engine({ rules });
  second.load(stored);
  await step(second, waiting(2000));
  expect(events()).toEqual([]);
  await step(second, waiting(2000));
  expect(events()).toEqual(['alert.fired']);
});

test('a channel that hangs does not hold up another one', async () => {
  const other = await startWebhookReceiver();
  receiver.answerWith(() => {});
  const alerts = engine({
    channels: [webhook(receiver.url), webhook(other.url)],
  });
  const done = step(alerts, waiting(2000));
  await expect.poll(() => other.received.length).toBe(1);
  await receiver.down();
  await done;
  expect(alerts.view().channels).toMatchObject([{ lastSentAt: null }, { lastError: null }]);
  await other.down();
});

test('two channels of one name keep their messages apart', async () => {
  const other = await startWebhookReceiver();
  const alerts = engine({
    channels: [receiver, other].map(({ url }) => ({ ...webhook(url), name: 'ops' })),
  });
  await step(alerts, waiting(2000));
  expect([receiver.received.length, other.received.length]).toEqual([1, 1]);
  await other.down();
});

test('two deliveries at once send once', async () => {
  const alerts = engine();
  now += 30 * SECOND;
  alerts.round({ queues: waiting(2000), sourcesUp: UP });
  expect(await Promise.all([alerts.deliver(), alerts.deliver()])).toEqual([true, true]);
  expect(receiver.received).toHaveLength(1);
});

test('after a week of failure a notification is given up, and that is reported', async () => {
  const alerts = engine();
  receiver.answerWith((response) => response.writeHead(500).end());
  await step(alerts, waiting(2000));
  now += 7 * 25 * 3600 * SECOND;
  await alerts.deliver();
  expect(alerts.view().channels[0]?.lastError).toBe('gave up a notification: answered 500');
  expect(lines.filter(({ level }) => level === 50)).toMatchObject([{ kind: 'fired', reason: 'answered 500' }]);
  now += 3600 * SECOND;
  expect(await alerts.deliver()).toBe(false);
});

test('messages for a channel that is no longer configured are dropped, and that is said', async () => {
  const first = engine();
  now += 30 * SECOND;
  first.round({ queues: waiting(2000), sourcesUp: UP });
  const second = engine({ channels: [] });
  second.load(first.toJson());
  expect(lines.at(-1)?.msg).toContain('no longer configured');
  expect(await second.deliver()).toBe(false);
});

test.each(['', 'no json', '{"version":9}', '[]'])(
  'a stored state that cannot be read (%j) is reported, and alerts begin anew',
  async (text) => {
    const alerts = engine();
    alerts.load(text);
    expect(lines).toMatchObject([{ level: 50 }]);
    await step(alerts, waiting(2000));
    expect(events()).toEqual(['alert.fired']);
  },
);

test('the state of a storm stays within a few megabytes', () => {
  const alerts = engine();
  const queues = Array.from({ length: 6_000 }, (_, index) =>
    aQueue({ id: { name: `queue-${index}` }, counts: { waiting: 2000 } }),
  );
  now += 30 * SECOND;
  alerts.round({ queues: queues, sourcesUp: UP });
  alerts.round({ queues: [], sourcesUp: UP });
  expect(alerts.toJson().length).toBeLessThan(5_000_000);
  expect(lines.some(({ msg }) => msg.includes('held back'))).toBe(true);
});
