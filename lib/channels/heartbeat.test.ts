import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWebhookReceiver } from '../testing/webhook-receiver';
import { Heartbeat } from './heartbeat';

let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
let now = 1_795_511_400_000;
let lines: string[] = [];
beforeEach(async () => {
  receiver = await startWebhookReceiver();
  lines = [];
});
afterEach(() => receiver.down());

function heartbeat() {
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const config = { url: `${receiver.url}/s3cret`, everySeconds: 60, method: 'POST' as const, allow: ['127.0.0.1'] };
  return new Heartbeat({ config, log, now: () => now });
}

test('signs go out at their pace, however often rules are checked', async () => {
  const one = heartbeat();
  for (let second = 0; second < 4; second += 1) {
    one.beat();
    await expect.poll(() => receiver.received.length).toBe(1);
    now += 1_000;
  }
  now += 60_000;
  await expect
    .poll(() => {
      one.beat();
      return receiver.received.length;
    })
    .toBe(2);
});

test('one that is not taken is logged without the address, and hurts nobody', async () => {
  receiver.answerWith((response) => response.writeHead(404).end('/hook/s3cret not found'));
  heartbeat().beat();
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]).toContain('was not taken: answered 404');
  expect(lines[0]).not.toContain('s3cret');
});
