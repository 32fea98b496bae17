import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Bull from 'bull';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import type { JobPage } from '../../domain/job';
import type { Operation, OperationReport } from '../../domain/operation';
import { toQueueKey } from '../../domain/queue-key';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';

const KEY = toQueueKey({ source: 'main', namespace: 'bull', name: 'orders' });
const FAILED = 30;

let server: PrivateRedis;
let dataDir: string;
let queue: BullMqQueue;
let collector: ReturnType<typeof startCollectorProcess>;
let web: WebRuntime;

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-operations-'));
  const connection = { host: '127.0.0.1', port: server.port };
  queue = new BullMqQueue('orders', { connection });
  await queue.addBulk(
    Array.from({ length: FAILED }, (_, n) => ({ name: n === 0 ? '=cmd()' : 'job', data: { n, text: 'a,"b"\nc' } })),
  );
  const worker = new Worker('orders', () => Promise.reject(new Error('=HYPERLINK("x")')), {
    connection,
    concurrency: 10,
  });
  await until(async () => (await queue.getFailedCount()) === FAILED, 20_000);
  await worker.close();
  const env = { TAILBACK_DATA_DIR: dataDir };
  collector = startCollectorProcess(server.url, dataDir, env);
  const config = loadConfig({ REDIS_URL: server.url, ...env }, dataDir);
  web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
  await until(() => Promise.resolve(web.queues().length === 1 && web.readiness().ok), 30_000);
}, 60_000);

afterAll(async () => {
  await web.close();
  await endProcess(collector, 'SIGKILL');
  await queue.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function call<T>(method: string, address: string, body?: unknown, more: { role?: string; key?: string } = {}) {
  const { role = 'operator', key } = more;
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
          body: JSON.stringify(body),
        }),
  });
  const response = await web.handle(request, { kind: 'person', name: `${role}@x`, role, address: '127.0.0.1' });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) as T };
}
const list = async () => (await call<JobPage>('GET', `/queues/${KEY}/jobs?state=failed&limit=50`)).json();
const reached = (id: string, state: Operation['state']) =>
  until(async () => {
    const { operation } = (await call<OperationReport>('GET', `/operations/${id}`)).json();
    return operation.state === state;
  }, 10_000);

test('a viewer sees operations and starts none', async () => {
  const body = { action: 'retry', target: { by: 'query', state: 'failed' } };
  expect((await call('POST', `/queues/${KEY}/operations`, body, { role: 'viewer' })).status).toBe(403);
  expect((await call('POST', `/queues/${KEY}/operations/preview`, body, { role: 'viewer' })).status).toBe(200);
  expect((await call('GET', '/operations', undefined, { role: 'viewer' })).status).toBe(200);
});

test('jobs that are being removed are in no list, total or search, and can be acted upon again after undo', async () => {
  const before = await list();
  expect([before.total, before.jobs.length]).toEqual([FAILED, FAILED]);
  const ids = before.jobs.slice(0, 12).map(({ id }) => id);
  const body = { action: 'remove', target: { by: 'ids', state: 'failed', ids }, undo: true };
  const started = await call<Operation>('POST', `/queues/${KEY}/operations`, body, { key: 'once' });
  expect(started.status).toBe(202);
  const again = await call<Operation>('POST', `/queues/${KEY}/operations`, body, { key: 'once' });
  expect(again.json().id).toBe(started.json().id);
  const { id } = started.json();
  await reached(id, 'deferred');

  const page = await list();
  expect([page.total, page.jobs.length]).toEqual([FAILED - 12, FAILED - 12]);
  expect(page.jobs.some((job) => ids.includes(job.id))).toBe(false);
  // A page of ten is filled from behind those that are left out.
  const ten = (await call<JobPage>('GET', `/queues/${KEY}/jobs?state=failed&limit=10`)).json();
  expect(ten.jobs.map((job) => job.id)).toEqual(page.jobs.slice(0, 10).map((job) => job.id));
  const search = await call<{ jobs: unknown[] }>('GET', `/queues/${KEY}/jobs/search?state=failed&q=data.n%3E%3D0`);
  expect(search.text).not.toContain(`"id":"${ids[0]}"`);
  // Who has its address still sees it, and what removes it.
  const removalOf = async (jobId: string | undefined) =>
    (await call<{ removal: string | null }>('GET', `/queues/${KEY}/jobs/${jobId}`)).json().removal;
  expect([await removalOf(ids[0]), await removalOf(page.jobs[0]?.id)]).toEqual([id, null]);
  const retry = await call<{ code: string }>('POST', `/queues/${KEY}/jobs/${ids[0]}/actions`, { action: 'retry' });
  expect([retry.status, retry.json().code]).toEqual([409, 'conflict']);
  expect(await queue.getFailedCount()).toBe(FAILED);

  expect((await call('POST', `/operations/${id}/actions`, { action: 'undo' })).status).toBe(200);
  expect((await list()).total).toBe(FAILED);
  expect((await call('POST', `/operations/${id}/actions`, { action: 'undo' })).status).toBe(409);
});

test('exports what matches as JSON lines and as CSV that no spreadsheet runs', async () => {
  const lines = (await call('GET', `/queues/${KEY}/export?state=failed&q=data.n%3C10`)).text.trim().split('\n');
  const jobs = lines.map((line) => JSON.parse(line) as { data: { n: number; text: string }; failedReason: string });
  expect(jobs.map(({ data }) => data.n).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(jobs[0]?.data.text).toBe('a,"b"\nc');
  expect(lines[0]).toMatch(/"leftOut":\[\],"notUtf8":\[\]/);
  const csv = (await call('GET', `/queues/${KEY}/export?state=failed&format=csv`)).text;
  expect(csv.split('\r\n').filter((line) => line !== '')).toHaveLength(FAILED + 1);
  expect(csv).toContain(`'=cmd()`);
  expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csv).not.toMatch(/(^|,)"?=/m);
});

test('an export that nobody reads any more ends', async () => {
  const stop = new AbortController();
  const request = new Request(`http://localhost/api/v1/queues/${KEY}/export?state=failed`, { signal: stop.signal });
  const actor = { kind: 'person', name: 'v@x', role: 'viewer', address: '127.0.0.1' } as const;
  const reader = (await web.handle(request, actor)).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  // Exports of one person are bounded: this one gave its place back.
  for (let n = 0; n < 10; n += 1)
    expect((await call('GET', `/queues/${KEY}/export?state=failed`, undefined, { role: 'viewer' })).status).toBe(200);
});

test('an export of a state that the kind of queue does not have is refused before it begins', async () => {
  const bull = new Bull('letters', server.url);
  try {
    await bull.add({ n: 1 });
    await until(() => Promise.resolve(web.queues().length === 2), 15_000);
    const key = toQueueKey({ source: 'main', namespace: 'bull', name: 'letters' });
    // More often than exports may run at a time: each refusal gives its place back.
    for (let n = 0; n < 4; n += 1) {
      const refused = await call<{ code: string }>('GET', `/queues/${key}/export?state=prioritized`);
      expect([refused.status, refused.json().code]).toEqual([422, 'unsupported']);
    }
    const [id] = (await bull.getWaiting()).map((job) => String(job.id));
    const deep = `{"n":12345678901234567890,"deep":\n${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    await bull.client.hset(`bull:letters:${id}`, 'data', deep, 'failedReason', Buffer.from([0x41, 0xff]));
    const { text } = await call('GET', `/queues/${key}/export?state=waiting`);
    expect(text.trim().split('\n')).toHaveLength(1);
    expect(text).toContain(`"data":${deep.replace('\n', ' ')}`);
    expect(text).toMatch(/"failedReason":"A\ufffd".*"notUtf8":\["failedReason"\]/);
  } finally {
    await bull.close();
  }
});

test('the collector goes on with an operation whose web process has gone', async () => {
  const body = { action: 'retry', target: { by: 'query', state: 'failed', query: 'HYPERLINK' }, pace: 5 };
  const { id } = (await call<Operation>('POST', `/queues/${KEY}/operations`, body)).json();
  await until(async () => (await queue.getWaitingCount()) > 2, 5_000);
  const address = `${server.url}`;
  await web.close();
  await until(async () => (await queue.getWaitingCount()) === FAILED, 15_000);
  web = await createWebRuntime({
    config: loadConfig({ REDIS_URL: address, TAILBACK_DATA_DIR: dataDir }, dataDir),
    log: createLog('silent', 'test'),
    isSessionLive: () => true,
  });
  await until(() => Promise.resolve(web.readiness().ok), 30_000);
  await reached(id, 'done');
  const { operation } = (await call<OperationReport>('GET', `/operations/${id}`)).json();
  expect(operation.counts).toMatchObject({ of: FAILED, done: FAILED, failed: 0, skipped: 0 });
  const audit = await call<{ entries: { action: string; detail: string | null }[] }>('GET', '/audit', undefined, {
    role: 'admin',
  });
  const told = audit.json().entries.filter(({ detail }) => detail?.includes(id));
  expect(told.map(({ detail }) => detail?.replace(/operation [\w-]+ /, '').split(/[:,]/)[0])).toEqual([
    'ended',
    'started',
  ]);
}, 60_000);
