import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../config/log';
import type { Actor } from '../domain/permissions';
import { toQueueKey } from '../domain/queue-key';
import type { Queue } from '../domain/queue';
import { createGate } from '../http/gate/gate';
import { createGateServer } from '../http/gate/server';
import { startCluster, type TestCluster } from '../testing/cluster';
import { bullDriver, bullMq5Driver, bullMqDriver } from '../testing/queue-drivers';
import { createArena, type Arena } from './arena';
import { makeCapability } from './capability';

const SECRET = 'a secret of more than thirty-two characters';
const operator: Actor = { kind: 'person', name: 'op@x', role: 'operator', address: '', session: { id: 's', epoch: 1 } };
const log = createLog('silent', 'test');

let cluster: TestCluster;
let arena: Arena;
let server: http.Server;
let queues: Queue[] = [];

/** Status and text of an answer; the name of a queue in a Cluster has braces. */
function ask(name: string, rest = '', method = 'GET', before = ''): Promise<{ status: number; text: string }> {
  const path = `/arena/c/${makeCapability(operator, SECRET, Date.now())}${before}/main/${encodeURIComponent(name)}${rest}`;
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const headers = { accept: 'text/html', ...(method === 'GET' ? {} : { origin: 'null' }) };
    const request = http.request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end();
  });
}

beforeAll(async () => {
  cluster = await startCluster();
  arena = createArena({
    config: { sources: [{ name: 'main', kind: 'redis', url: cluster.url, prefixes: [], readOnly: false }], roles: [] },
    log,
    secret: SECRET,
    runtime: { queues: () => queues, audit: () => Promise.resolve() },
    isSessionLive: () => true,
  });
  const gate = createGate({
    config: { allowedCidrs: ['127.0.0.0/8'], trustedProxies: [], allowedHosts: [], publicUrl: 'http://127.0.0.1' },
    log,
    isDev: false,
    openFiles: new Set(),
    identify: () => Promise.resolve(null),
    sessionCookieName: () => 'none',
    arena,
    next: (_request, response) => Promise.resolve(void response.writeHead(404).end()),
  });
  server = createGateServer({ handler: gate });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await arena.close();
  await cluster.close();
});

test.each([
  { name: '{old}', driver: bullDriver, version: 'bull' },
  { name: '{five}', driver: bullMq5Driver, version: 'bullmq:5.81.5' },
  { name: '{new}', driver: bullMqDriver, version: 'bullmq:6.7.0' },
])('Arena shows $name of a Cluster and pauses it', async ({ name, driver, version }) => {
  const queue = driver.open(cluster.url, 'bull', name);
  const jobId = await queue.add('hello-job', {});
  await queue.close();
  const id = { source: 'main', namespace: 'bull', name };
  queues = [...queues, { id, key: toQueueKey(id), kind: driver.kind, version, readOnlyReason: null } as Queue];
  expect((await ask(name, '/waiting')).status).toBe(200);
  expect((await ask(name, `/${jobId}`)).text).toContain('hello-job');
  expect((await ask(name, '/pause', 'PUT', '/api/queue')).status).toBe(200);
  const redis = cluster.client();
  const isPaused =
    driver.kind === 'bull'
      ? await redis.exists(`bull:${name}:meta-paused`)
      : Number(await redis.hget(`bull:${name}:meta`, 'paused'));
  expect(isPaused).toBe(1);
});
