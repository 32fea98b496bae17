import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { RabbitLooker, rabbitSource } from '../../testing/rabbit-looker';

/*
 * Answers of brokers that cannot be started here, written by hand after RabbitMQ's documentation of its HTTP API and its
 * release notes (3.13, 4.0): no recordings. What 3.10 answers is tested on a real one.
 */
const NODE = {
  name: 'rabbit@one',
  running: true,
  mem_used: 150_000_000,
  mem_limit: 1_000_000_000,
  mem_alarm: false,
  disk_free: 9_000_000_000,
  disk_free_limit: 50_000_000,
  disk_free_alarm: false,
  uptime: 3_600_000,
};
const STATS = { publish: 20, deliver_get: 12, ack: 9, redeliver: 1 };

type Sample = { version: string; queues: object[]; node?: object; overview?: object };

let server: Server | null = null;
let looker: RabbitLooker | null = null;
afterEach(async () => {
  await looker?.watch.close();
  server?.closeAllConnections();
  server?.close();
});

async function look({ version, queues, node = {}, overview = {} }: Sample): Promise<RabbitLooker> {
  const answers: Record<string, unknown> = {
    whoami: { name: 'tailback', tags: ['monitoring'] },
    overview: { rabbitmq_version: version, cluster_name: 'one', node: 'rabbit@one', rates_mode: 'basic', ...overview },
    nodes: [{ ...NODE, ...node }],
    queues: { page: 1, page_count: 1, items: queues.map((queue) => ({ vhost: '/', durable: true, ...queue })) },
    consumers: [],
    connections: [],
  };
  const started = createServer(({ url = '' }, response) => {
    const name = new URL(url, 'http://x').pathname.replace('/api/', '');
    response.writeHead(name in answers ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[name] ?? { error: 'Object Not Found', reason: 'Not Found' }));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  looker = RabbitLooker.open(rabbitSource({ managementUrl: `http://tailback:x@127.0.0.1:${port}` }), '/');
  await looker.look();
  return looker;
}

const quorum = (name: string, more: object = {}) => ({
  ...{ name, type: 'quorum', state: 'running', leader: 'rabbit@one', messages: 11, messages_ready: 9 },
  ...{ messages_unacknowledged: 2, consumers: 1, message_stats: STATS, arguments: {}, ...more },
});

test('3.13: classic and quorum queues without a limit of their own have none', async () => {
  const { readings } = await look({
    version: '3.13.7',
    queues: [
      quorum('q'),
      {
        ...{ name: 'c', type: 'classic', state: 'running', node: 'rabbit@one', messages: 3, messages_ready: 3 },
        ...{ messages_unacknowledged: 0, consumers: 2, consumer_utilisation: 0.25, consumer_capacity: 0.25 },
        ...{ head_message_timestamp: Math.floor(Date.now() / 1_000) - 30, arguments: {}, message_stats: STATS },
      },
    ],
  });
  expect(readings.get('q')).toMatchObject({
    version: 'rabbitmq:3.13.7',
    counts: { waiting: 9, active: 2 },
    rabbit: { deliveryLimit: null, node: 'rabbit@one' },
  });
  expect(readings.get('c')?.rabbit).toMatchObject({ consumerUtilisation: 0.25 });
  expect(readings.get('c')?.oldestWaitingMs).toBeGreaterThanOrEqual(29_000);
});

test('4.x: a quorum queue gives up after 20 deliveries, unless it or a policy says otherwise', async () => {
  const { readings } = await look({
    version: '4.1.2',
    queues: [
      quorum('by-default', { consumer_capacity: 0.5 }),
      quorum('own', { arguments: { 'x-delivery-limit': 5 }, effective_policy_definition: { 'delivery-limit': 50 } }),
      quorum('none', { arguments: { 'x-delivery-limit': -1 } }),
      quorum('policy-wins', {
        arguments: { 'x-delivery-limit': -1 },
        effective_policy_definition: { 'delivery-limit': 7 },
      }),
    ],
  });
  const limitOf = (name: string) => readings.get(name)?.rabbit?.deliveryLimit;
  expect(['by-default', 'own', 'none', 'policy-wins'].map(limitOf)).toEqual([20, 5, null, 7]);
  expect(readings.get('by-default')?.rabbit?.consumerUtilisation).toBe(0.5);
});

test('4.x without its metrics: counts are told, rates and consumers are not, and it says why', async () => {
  const { readings, last } = await look({
    version: '4.0.5',
    overview: { disable_stats: true, enable_queue_totals: true },
    queues: [{ name: 'q', type: 'quorum', messages: 4, messages_ready: 4, messages_unacknowledged: 0, arguments: {} }],
  });
  expect(readings.get('q')).toMatchObject({ counts: { waiting: 4 }, workers: null });
  expect(readings.get('q')?.rabbit?.unknownBecause).toContain('switched off');
  expect(last?.facts.rabbit?.limits.join(' ')).toContain('Statistics are switched off');
});

test('4.3: a node that tells no partitions and no file handles any more is read all the same', async () => {
  const { last } = await look({ version: '4.3.0', queues: [quorum('q')], node: { fd_used: undefined } });
  expect(last?.facts).toMatchObject({
    version: '4.3.0',
    rabbit: { nodes: [{ isRunning: true, partitions: [], filesUsed: null, filesTotal: null }] },
  });
});
