import { afterAll, beforeAll, expect, test } from 'vitest';
import { aNotification } from '../testing/a-notification';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { openChannels } from './open-channels';
import { slackMessage } from './slack';

type Block = { type: string; text?: { type: string; text: string }; fields?: { text: string }[] };
const blocksOf = (message: object) => (message as { attachments: [{ blocks: Block[] }] }).attachments[0].blocks;

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver.down());

test('a message says what, how bad, since when, the failure, and where to look', () => {
  const text = JSON.stringify(slackMessage(aNotification()));
  for (const part of [
    'Firing: Backlog over 1,000',
    'critical',
    '1,001 jobs',
    'no such customer',
    'production',
    'from=1&to=2',
  ])
    expect(text).toContain(part);
});

test('nothing that a job says is a mention, a link or a style', () => {
  const evil = '<!channel> <https://evil.example|click> *bold* & co';
  const message = slackMessage(
    aNotification({
      sentence: evil,
      topFailure: { title: evil, count: 1, share: null, url: null },
      incident: { name: evil },
    }),
  );
  expect(JSON.stringify(message)).not.toMatch(/<!|<https/);
  expect(JSON.stringify(message)).toContain('&lt;!channel&gt;');
  expect(JSON.stringify(message)).not.toContain('"mrkdwn":true');
  const texts = blocksOf(message).flatMap(({ text, fields = [] }) => [...(text ? [text] : []), ...fields]);
  for (const text of texts) expect(text).toMatchObject({ type: 'plain_text', emoji: false });
});

test('the limits of Slack hold for names of any length', () => {
  const long = '&'.repeat(50_000);
  const member = aNotification().incident.members[0]!;
  const blocks = blocksOf(
    slackMessage(
      aNotification({
        sentence: long,
        numbers: Array.from({ length: 12 }, () => ({ label: 'x'.repeat(100), value: 1, unit: 'jobs' as const })),
        topFailure: { title: long, count: 1, share: null, url: null },
        incident: { name: long, members: Array.from({ length: 10 }, () => ({ ...member, sentence: `${long}x` })) },
      }),
    ),
  );
  const lengthOf = (type: string) =>
    blocks.filter((block) => block.type === type).map(({ text }) => text?.text.length ?? 0);
  expect(Math.max(...lengthOf('header'))).toBeLessThanOrEqual(150);
  expect(Math.max(...lengthOf('section'))).toBeLessThanOrEqual(3_000);
  const fields = blocks.flatMap((block) => block.fields ?? []);
  expect(fields).toHaveLength(10);
  for (const { text } of fields) expect(text.length).toBeLessThanOrEqual(2_000);
});

test('an address of Slack is shown nowhere, also not when the receiver repeats it', async () => {
  receiver.answerWith((response) => response.writeHead(403).end('invalid_token /services/T0000/B0000/verysecret'));
  const url = `${new URL(receiver.url).origin}/services/T0000/B0000/verysecret`;
  const [slack] = openChannels([{ kind: 'slack', url, allow: ['127.0.0.1'] }]);
  expect(slack?.channel.target).toBe(new URL(receiver.url).origin);
  await expect(slack?.channel.send(aNotification())).rejects.toThrow(/^answered 403: invalid_token \*\*\*$/);
  expect(receiver.received.at(-1)?.path).toBe('/services/T0000/B0000/verysecret');
});
