import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aNotification } from '../testing/a-notification';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { openChannels } from './open-channels';

const KEY = '0123456789abcdef0123456789abcdef';
let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answerWith((response) => response.writeHead(202).end('{"status":"success"}'));
});
afterAll(() => receiver.down());

function open() {
  const [routed] = openChannels([{ kind: 'pagerduty', routingKey: KEY, url: receiver.url, allow: ['127.0.0.1'] }]);
  return routed!.channel;
}
type Event = { event_action: string; dedup_key: string; payload?: Record<string, unknown> };
const events = () => receiver.received.map(({ body }) => body as Event);

test('one incident is triggered, escalated, acknowledged and resolved under one key', async () => {
  for (const kind of ['fired', 'escalated', 'acknowledged', 'resolved'] as const)
    await open().send(aNotification({ kind }));
  expect(events().map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'acknowledge', 'resolve']);
  expect(new Set(events().map(({ dedup_key }) => dedup_key))).toEqual(new Set(['tailback-abc']));
  expect(events()[0]).toMatchObject({
    routing_key: KEY,
    client: 'Tailback production',
    links: [{ href: 'https://tailback.example/queues/key?from=1&to=2' }],
    payload: {
      severity: 'critical',
      source: 'main/bull/reports',
      component: 'reports',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      custom_details: { backlog: '1,001 jobs', workers: '–' },
    },
  });
});

test('the limits of the API hold', async () => {
  const long = 'x'.repeat(100_000);
  await open().send(aNotification({ sentence: long, incident: { id: 'y'.repeat(400), name: long } }));
  const [event] = events();
  expect(event?.dedup_key.length).toBeLessThanOrEqual(255);
  expect(String(event?.payload?.['summary']).length).toBeLessThanOrEqual(1_024);
  expect(receiver.received[0]?.raw.length).toBeLessThan(512 * 1024);
});

test('too many events are a reason to wait, a wrong one is not', async () => {
  receiver.answerWith((response) => response.writeHead(429).end());
  await expect(open().send(aNotification())).rejects.toMatchObject({ isRejected: false });
  receiver.answerWith((response) => response.writeHead(400).end(`{"errors":["bad routing_key ${KEY}"]}`));
  const refused = open().send(aNotification());
  await expect(refused).rejects.toMatchObject({ isRejected: true });
  await expect(refused).rejects.not.toThrow(KEY);
});

test('a test is over at once', async () => {
  const answer = await open().test?.(aNotification({ kind: 'test', incident: { id: 'test-1' } }));
  expect(answer).toBe('answered 202: {"status":"success"}');
  expect(events().map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
});
