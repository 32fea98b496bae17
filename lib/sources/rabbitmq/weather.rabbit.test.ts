import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPrivateRabbit, type PrivateRabbit } from '../../../workers/setup/private-rabbitmq';
import { RabbitLooker, rabbitSource } from '../../testing/rabbit-looker';
import { openVhost, type TestVhost } from '../../testing/rabbit-server';

let bare: PrivateRabbit;
let full: PrivateRabbit;
const open: RabbitLooker[] = [];

beforeAll(async () => {
  [bare, full] = await Promise.all([
    startPrivateRabbit({ config: () => ['management_agent.disable_metrics_collector = true'] }),
    // Any memory is more than this: the alarm goes off at once.
    startPrivateRabbit({ config: () => ['vm_memory_high_watermark.absolute = 1000'] }),
  ]);
}, 120_000);

afterAll(async () => {
  await Promise.allSettled(open.map(({ watch }) => watch.close()));
  await Promise.allSettled([bare.stop(), full.stop()]);
});

function vhostOf(rabbit: PrivateRabbit): Promise<TestVhost> {
  const access = `//${rabbit.user}:${rabbit.password}@`;
  return openVhost(rabbit.managementUrl.replace('//', access), rabbit.amqpUrl.replace('//', access));
}

function lookerAt(vhost: TestVhost): RabbitLooker {
  const looker = RabbitLooker.open(rabbitSource(vhost), vhost.name);
  open.push(looker);
  return looker;
}

test('with statistics switched off counts are read all the same, and what is unknown is null, with the reason', async () => {
  const vhost = await vhostOf(bare);
  const channel = await (await vhost.connect()).createConfirmChannel();
  await channel.assertQueue('quiet', { durable: true });
  for (let n = 0; n < 5; n += 1) channel.sendToQueue('quiet', Buffer.from('x'));
  await channel.waitForConfirms();
  await channel.get('quiet');
  const looker = lookerAt(vhost);
  await looker.until(({ readings }) => readings.get('quiet')?.counts.active === 1);
  expect(looker.readings.get('quiet')).toMatchObject({
    counts: { waiting: 4, active: 1 },
    workers: null,
    rabbit: { memoryBytes: null, prefetch: null, unknownBecause: expect.stringContaining('switched off') },
    untold: {
      counters: ['arrived', 'started', 'completed', 'stalled'],
      reason: expect.stringContaining('switched off'),
    },
  });
  expect(looker.sums).toEqual({});
  expect(looker.gaps[0]?.reason).toContain('switched off');
  expect(looker.workers).toMatchObject({ workers: null, reason: expect.stringContaining('switched off') });
});

test('an alarm stops publishers, and is told of the broker and its queues', async () => {
  const vhost = await vhostOf(full);
  const channel = await (await vhost.connect()).createChannel();
  await channel.assertQueue('held');
  const looker = lookerAt(vhost);
  await looker.until(({ readings }) => readings.get('held')?.rabbit?.blocked != null, 20_000);
  expect(looker.readings.get('held')?.rabbit?.blocked).toContain('memory alarm on tailback@localhost');
  expect(looker.last?.facts.rabbit?.nodes[0]?.hasMemoryAlarm).toBe(true);
});

test('a broker that was killed is down, and is read on from where it stood when it is back', async () => {
  const vhost = await vhostOf(bare);
  const channel = await (await vhost.connect()).createConfirmChannel();
  await channel.assertQueue('kept', { durable: true });
  channel.sendToQueue('kept', Buffer.from('x'), { persistent: true });
  await channel.waitForConfirms();
  const looker = lookerAt(vhost);
  await looker.until(({ readings }) => readings.get('kept')?.counts.waiting === 1);
  await bare.kill();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await expect(looker.look()).rejects.toThrow(/nobody listens at|ended the connection/);
  await bare.start();
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const isUp = await looker.look().then(
      () => true,
      () => false,
    );
    if (isUp && looker.readings.get('kept')?.at === looker.last?.at) break;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  expect(looker.readings.get('kept')?.counts.waiting).toBe(1);
  expect(looker.removed).toEqual([]);
}, 60_000);

test('a management API that takes the connection and says nothing is given up on in time', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const looker = RabbitLooker.open(rabbitSource({ managementUrl: `http://a:b@127.0.0.1:${port}` }), '/');
  open.push(looker);
  const start = performance.now();
  await expect(looker.look()).rejects.toThrow('does not answer in time');
  expect(performance.now() - start).toBeLessThan(9_000);
  server.close();
});
