import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import { toQueueKey } from '../../domain/queue-key';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { ROUTES } from './routes';

const ROLES = [
  { name: 'reports', grants: [{ queues: ['report-*'], actions: ['retry'] }] },
  {
    name: 'looks',
    grants: [
      { queues: ['main/bull/report-*'], actions: ['pause'] },
      { queues: ['*'], actions: ['view'] },
    ],
  },
  { name: 'redacted', grants: [{ queues: ['*'], actions: ['*'] }], redact: ['data.card', 'result.card'] },
];
const CARD = '4111-2222-3333';
const keyOf = (name: string) => toQueueKey({ source: 'main', namespace: 'bull', name });
const [open, hidden] = [keyOf('report-a'), keyOf('salaries')];
const payments = keyOf('payments');

let server: PrivateRedis;
let dataDir: string;
let queues: BullMqQueue[];
let workers: Worker[];
let collector: ReturnType<typeof startCollectorProcess>;
let web: WebRuntime;

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-access-'));
  await writeFile(
    path.join(dataDir, 'tailback.config.json'),
    JSON.stringify({
      roles: ROLES,
      alertCheckSeconds: 1,
      alerts: [{ name: 'Anything waits', metric: 'backlog', above: 0 }],
    }),
  );
  const connection = { host: '127.0.0.1', port: server.port };
  queues = ['report-a', 'salaries'].map((name) => new BullMqQueue(name, { connection }));
  workers = queues.map(({ name }) => new Worker(name, () => new Promise(() => undefined), { connection }));
  for (const queue of queues) await queue.addBulk([1, 2, 3].map((n) => ({ name: 'job', data: { n } })));
  // Everywhere where workers put what they work with: data, error, stack, log, progress, result, a scheduler's template.
  const paying = new BullMqQueue('payments', { connection });
  const payer = new Worker(
    'payments',
    async (job) => {
      await job.log(`charging ${CARD}`);
      await job.updateProgress({ charging: CARD });
      if (job.name === 'fails') throw new Error(`card ${CARD} declined`);
      return { card: CARD, ok: true };
    },
    { connection },
  );
  await paying.addBulk([
    { name: 'fails', data: { card: CARD, order: 7 }, opts: { jobId: 'bad' } },
    { name: 'works', data: { card: CARD, order: 8 }, opts: { jobId: 'good' } },
  ]);
  await until(async () => (await paying.getFailedCount()) + (await paying.getCompletedCount()) === 2, 10_000);
  await payer.close();
  await paying.upsertJobScheduler('monthly', { pattern: '0 0 1 * *' }, { name: 'charge', data: { card: CARD } });
  queues.push(paying);
  const env = { TAILBACK_DATA_DIR: dataDir, TAILBACK_CONFIG: path.join(dataDir, 'tailback.config.json') };
  collector = startCollectorProcess(server.url, dataDir, env);
  const config = loadConfig({ REDIS_URL: server.url, ...env }, dataDir);
  web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
  await until(() => Promise.resolve(web.queues().length === 3 && web.readiness().ok), 30_000);
}, 60_000);

afterAll(async () => {
  await web.close();
  await endProcess(collector, 'SIGKILL');
  await Promise.all(workers.map((worker) => worker.close(true)));
  await Promise.all(queues.map((queue) => queue.close()));
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function call(role: string, method: string, address: string, body?: unknown) {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const response = await web.handle(request, { kind: 'person', name: `${role}@x`, role, address: '127.0.0.1' });
  return { status: response.status, text: await response.text() };
}

// That each route answers as for a queue that does not exist: matrix.redis.test.ts.
describe('a queue that the role does not see', () => {
  test.each(
    ROUTES.filter(
      ({ method, path: template, right }) => method === 'GET' && right === 'view' && !template.includes('{'),
    ).map(({ path: template }) => template),
  )('is not told of by %s', async (template) => {
    if (template === '/stream') return;
    const range = `from=${Date.now() - 3_600_000}&to=${Date.now()}`;
    const { text } = await call('reports', 'GET', `${template}?${range}`);
    expect(text).not.toContain('salaries');
    expect(text).not.toContain(hidden);
  });

  test('has no half hour that could be asked for', async () => {
    const { status, text } = await call('reports', 'GET', `/trends?queues=${hidden},${open}`);
    expect(status).toBe(200);
    expect(Object.keys((JSON.parse(text) as { trends: object }).trends)).toEqual([open]);
  });

  test('is not in the live stream, while its neighbour is', async () => {
    const stop = new AbortController();
    const request = new Request('http://localhost/api/v1/stream', { signal: stop.signal });
    const response = await web.handle(request, { kind: 'person', name: 'r@x', role: 'reports', address: '127.0.0.1' });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const limit = Date.now() + 5_000;
    await queues[1]?.add('job', {});
    await queues[0]?.add('job', {});
    while (Date.now() < limit && !/event: changes/.test(text)) text += (await reader?.read())?.value ?? '';
    stop.abort();
    expect(text).toContain('event: snapshot');
    expect(text).toContain('report-a');
    expect(text).not.toContain('salaries');
    expect(text).not.toContain(hidden);
  });

  test('is seen by a role that may look at all', async () =>
    expect((await call('looks', 'GET', '/queues')).text).toContain('salaries'));
});

describe('what a role may do', () => {
  const pause = (role: string, key: string) => call(role, 'POST', `/queues/${key}/actions`, { action: 'pause' });
  const retry = (role: string, key: string) =>
    call(role, 'POST', `/queues/${key}/jobs/actions`, { action: 'retry', ids: ['1'] });

  test('is decided by action and queue', async () => {
    expect((await pause('looks', open)).status).toBe(200);
    expect((await call('looks', 'POST', `/queues/${open}/actions`, { action: 'resume' })).status).toBe(403);
    expect((await pause('looks', hidden)).status).toBe(403);
    expect((await pause('reports', open)).status).toBe(403);
    expect((await retry('reports', open)).status).toBe(200);
    expect((await retry('looks', open)).status).toBe(403);
    expect((await pause('operator', hidden)).status).toBe(200);
  });

  test('leaves an entry also when it is refused', async () => {
    await retry('looks', open);
    const { text } = await call('admin', 'GET', '/audit?actor=looks@x&action=retry&limit=1');
    expect(JSON.parse(text)).toMatchObject({ entries: [{ outcome: 'refused', target: 'main/bull/report-a' }] });
  });

  test('is nothing for a role that is not configured any more', async () => {
    expect((await call('gone', 'GET', '/queues')).status).toBe(403);
    expect((await pause('gone', open)).status).toBe(403);
  });

  test('no role of the configuration administers', async () =>
    expect((await call('looks', 'GET', '/audit')).status).toBe(403));
});

describe('what jobs carry and a role does not see', () => {
  const gets = ROUTES.filter(
    ({ method, path: template, right }) => method === 'GET' && right === 'view' && template !== '/stream',
  );
  const params = `from=${Date.now() - 3_600_000}&to=${Date.now()}&which=run&q=&scheduler=monthly&id=monthly`;
  const cases = gets.flatMap(({ path: template }) =>
    ['bad', 'good'].flatMap((id) =>
      ['failed', 'completed', 'delayed'].map((state) => ({
        address: `${template
          .replace('{queue}', payments)
          .replace('{id}', id)
          .replaceAll(/\{\w+\}/g, 'monthly')}?${params}&state=${state}`,
        name: `${template} ${id} ${state}`,
      })),
    ),
  );

  test.each(cases)('is not in $name', async ({ address }) => {
    for (const field of ['data', 'result', 'error', 'stacktrace', 'options'])
      expect((await call('redacted', 'GET', `${address}&name=${field}`)).text).not.toContain(CARD);
  });

  test('is in what the others see, and the rest of it is in what this role sees', async () => {
    const job = `/queues/${payments}/jobs/bad`;
    expect((await call('viewer', 'GET', job)).text).toContain(CARD);
    expect((await call('viewer', 'GET', `${job}/logs`)).text).toContain(CARD);
    const { text } = await call('redacted', 'GET', job);
    expect(text).toContain('[redacted]');
    expect(text).toContain('order');
    expect(text).toContain('declined');
    expect((await call('redacted', 'GET', `${job}/logs`)).text).toContain('charging [redacted]');
  });

  test.each(['4111', 'error:declined', 'data.card:4111', 'data:7'])(
    'cannot be asked for by searching %s',
    async (q) => {
      const query = `state=failed&q=${encodeURIComponent(q)}`;
      const page = await call('redacted', 'GET', `/queues/${payments}/jobs/search?${query}`);
      expect(page.status).toBe(403);
      const start = await call('redacted', 'POST', `/queues/${payments}/operations`, {
        action: 'retry',
        target: { by: 'query', state: 'failed', query: q },
        pace: 1,
      });
      expect(start.status).toBe(403);
    },
  );

  test('cannot be written over', async () => {
    const edit = { edit: 'data', data: { order: 1 } };
    expect((await call('redacted', 'POST', `/queues/${payments}/jobs/bad/edits`, edit)).status).toBe(403);
  });
});
