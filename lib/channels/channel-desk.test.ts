import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { ChannelDesk } from './channel-desk';
import { openChannels } from './open-channels';

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver.down());

function desk() {
  const channels = openChannels([{ kind: 'webhook', name: 'ops', url: receiver.url, allow: ['127.0.0.1'] }]);
  return new ChannelDesk(channels, { publicUrl: 'https://tailback.example', environment: null });
}

test('a test goes out at once and brings what the receiver said', async () => {
  receiver.answerWith((response) => response.writeHead(200).end('thanks'));
  expect(await desk().test('ops', 'ada@example.com')).toMatchObject({ ok: true, answer: 'answered 200: thanks' });
  expect(receiver.received.at(-1)?.body).toMatchObject({
    event: 'alert.test',
    sentence: 'This is a test of the channel ops, sent by ada@example.com. Nothing is wrong.',
  });
});

test('a refusal is a result too', async () => {
  receiver.answerWith((response) => response.writeHead(500).end('no'));
  expect(await desk().test('ops', 'ada@example.com')).toMatchObject({ ok: false, answer: 'answered 500: no' });
});

test('an unknown channel, and one test after the other, are errors', async () => {
  const one = desk();
  await expect(one.test('nobody', 'ada')).rejects.toMatchObject({ code: 'not-found' });
  await one.test('ops', 'ada');
  await expect(one.test('ops', 'ada')).rejects.toMatchObject({ code: 'too-many-requests' });
});
