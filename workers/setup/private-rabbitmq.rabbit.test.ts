import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openVhost } from '../../lib/testing/rabbit-server';
import { isFree } from './free-port';
import { startPrivateRabbit } from './private-rabbitmq';

/** 127.0.0.1 as Linux writes it in `/proc/net/tcp`. */
const LOOPBACK = '0100007F';

/** Addresses at which somebody listens on one of these ports. */
async function addressesOf(ports: readonly number[]): Promise<string[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  return tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, address, port, state] = /^\s*\d+: (\w+):(\w+) \S+ (\w+)/.exec(line) ?? [];
      return address && port && state === '0A' && ports.includes(parseInt(port, 16)) ? [address] : [];
    }),
  );
}

test('a broker of our own takes messages, survives a crash with them, and leaves nothing behind', async () => {
  const rabbit = await startPrivateRabbit();
  try {
    const vhost = await openVhost(
      rabbit.managementUrl.replace('//', `//${rabbit.user}:${rabbit.password}@`),
      rabbit.amqpUrl.replace('//', `//${rabbit.user}:${rabbit.password}@`),
    );
    const channel = await (await vhost.connect()).createConfirmChannel();
    await channel.assertQueue('kept', { durable: true });
    channel.sendToQueue('kept', Buffer.from('one'), { persistent: true });
    await channel.waitForConfirms();

    await rabbit.kill();
    expect(await isFree('127.0.0.1', rabbit.ports.amqp)).toBe(true);
    await rabbit.start();
    const again = await (await vhost.connect()).createChannel();
    expect(((await again.get('kept', { noAck: true })) || null)?.content.toString()).toBe('one');

    const status = await rabbit.ctl('list_vhosts', '--quiet');
    expect(status.stdout).toContain(vhost.name);
    const listening = await addressesOf(Object.values(rabbit.ports));
    expect(listening.length).toBeGreaterThanOrEqual(2);
    expect(new Set(listening)).toEqual(new Set([LOOPBACK]));
  } finally {
    await rabbit.stop();
  }
  expect(await isFree('127.0.0.1', rabbit.ports.management)).toBe(true);
}, 120_000);
