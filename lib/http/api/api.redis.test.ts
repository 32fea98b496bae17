import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Bull from 'bull';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import { alertsSchema } from '../../domain/alert';
import { brokersSchema } from '../../domain/broker';
import { jobPageSchema, jobSchema } from '../../domain/job';
import type { Actor, Role } from '../../domain/permissions';
import { snapshotSchema } from '../../domain/queue';
import { toQueueKey } from '../../domain/queue-key';
import { heatmapSchema, namesSchema, seriesSchema } from '../../domain/series';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { endProcess, pause, startCollectorProcess, until } from '../../testing/processes';
import { ROUTES } from './routes';

/** The whole API over a real collector, a real Redis and real queues. */
let server: PrivateRedis;
let dataDir: string;
let collector: ChildProcess;
let web: WebRuntime;
let bull: Bull.Queue;
let bullMq: BullMqQueue;
let isSessionLive = true;

const bullKey = toQueueKey({ source: 'main', namespace: 'bull', name: 'reports' });
const bullMqKey = toQueueKey({ source: 'main', namespace: 'bull', name: 'mails' });

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-api-'));
  const connection = { host: '127.0.0.1', port: server.port };
  bull = new Bull('reports', { redis: connection });
  bullMq = new BullMqQueue('mails', { connection });
  await bull.addBulk(Array.from({ length: 5 }, (_, n) => ({ data: { n } })));
  void bull.process(() => Promise.reject(new Error('printer on fire')));
  await bullMq.add('welcome', { to: 'someone' });
  const worker = new Worker('mails', () => Promise.reject(new Error('no route to host')), { connection });
  await until(async () => (await bull.getFailedCount()) === 5 && (await bullMq.getFailedCount()) === 1, 10_000);
  await worker.close();
  await bull.pause();
  collector = startCollectorProcess(server.url, dataDir);
  const config = loadConfig({ REDIS_URL: server.url, TAILBACK_DATA_DIR: dataDir }, dataDir);
  web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => isSessionLive });
  await until(() => Promise.resolve(web.queues().length === 2 && web.readiness().ok), 15_000);
}, 60_000);

afterAll(async () => {
  await web.close();
  await endProcess(collector, 'SIGTERM');
  await bull.close();
  await bullMq.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const anActor = (role: Role): Actor => ({ kind: 'person', name: `${role}@example.com`, role, address: '127.0.0.1' });

async function call(
  method: string,
  address: string,
  { role = 'admin', body, headers = {} }: { role?: Role | null; body?: unknown; headers?: Record<string, string> } = {},
) {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const response = await web.handle(request, role === null ? null : anActor(role));
  const text = await response.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : null;
  return { status: response.status, type: response.headers.get('content-type') ?? '', text, json };
}

describe('who may call what', () => {
  const paths = ROUTES.map(({ method, path: template, right }) => ({
    method,
    address: template.replace('{queue}', bullKey).replace('{id}', '1'),
    right,
    name: `${method} ${template}`,
  }));

  test.each(paths)('$name asks for a sign-in', async ({ method, address }) => {
    const { status, type, json } = await call(method, address, { role: null });
    expect(status).toBe(401);
    expect(type).toContain('application/problem+json');
    expect(json).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  test.each(paths.filter(({ right }) => right !== 'view'))(
    '$name is closed to viewers',
    async ({ method, address }) => {
      expect(
        (await call(method, address, { role: 'viewer', body: method === 'GET' ? undefined : {} })).json,
      ).toMatchObject({ status: 403, code: 'forbidden' });
    },
  );

  test('the audit log is for admins', async () => {
    expect((await call('GET', '/audit', { role: 'operator' })).status).toBe(403);
    expect((await call('GET', '/audit', { role: 'admin' })).status).toBe(200);
  });
});

describe('bad requests get a 4xx that says what is wrong', () => {
  test.each<[string, string, string, unknown, number]>([
    ['an unknown address', 'GET', '/nothing', undefined, 404],
    ['an unknown queue', 'GET', '/queues/main/bull/nope', undefined, 404],
    ['an unknown source', 'GET', '/queues/other/bull/reports', undefined, 404],
    ['an unknown job', 'GET', `/queues/${bullKey}/jobs/nope`, undefined, 404],
    ['an unknown state', 'GET', `/queues/${bullKey}/jobs?state=sleeping`, undefined, 400],
    ['a state that Bull does not have', 'GET', `/queues/${bullKey}/jobs?state=prioritized`, undefined, 422],
    ['a limit out of range', 'GET', `/queues/${bullKey}/jobs?limit=1000`, undefined, 400],
    ['a limit that is no number', 'GET', `/queues/${bullKey}/jobs?limit=many`, undefined, 400],
    ['a cursor that is none', 'GET', `/queues/${bullKey}/jobs?state=failed&cursor=hello`, undefined, 400],
    [
      'a cursor of another list',
      'GET',
      `/queues/${bullKey}/jobs?state=failed&cursor=${Buffer.from('["l",3]').toString('base64url')}`,
      undefined,
      400,
    ],
    ['broken percent-encoding', 'GET', '/queues/main/bull/%E0%A4%A', undefined, 400],
    ['the wrong method', 'DELETE', `/queues/${bullKey}/jobs`, undefined, 405],
    ['a body that is not JSON', 'POST', `/queues/${bullKey}/jobs`, '{"data":', 400],
    ['an action that does not exist', 'POST', `/queues/${bullKey}/jobs/1/actions`, { action: 'explode' }, 400],
    ['an extra field', 'POST', `/queues/${bullKey}/jobs/1/actions`, { action: 'retry', force: true }, 400],
    ['no ids', 'POST', `/queues/${bullKey}/jobs/actions`, { action: 'retry', ids: [] }, 400],
    [
      'too many ids',
      'POST',
      `/queues/${bullKey}/jobs/actions`,
      { action: 'retry', ids: Array.from({ length: 1001 }, String) },
      400,
    ],
    ['a job without a name on BullMQ', 'POST', `/queues/${bullMqKey}/jobs`, { data: 1 }, 400],
    ['delay and runAt together', 'POST', `/queues/${bullKey}/jobs`, { data: 1, opts: { delay: 1, runAt: 5 } }, 400],
    ['an unknown metric', 'GET', `/queues/${bullKey}/series?metrics=happiness&from=0&to=60000`, undefined, 400],
    [
      'a range that ends before it begins',
      'GET',
      `/queues/${bullKey}/series?metrics=completed&from=60000&to=0`,
      undefined,
      400,
    ],
    ['a range of years', 'GET', `/queues/${bullKey}/series?metrics=completed&from=0&to=99999999999`, undefined, 400],
    [
      'a step too small for its range',
      'GET',
      `/queues/${bullKey}/series?metrics=completed&from=0&to=500000000&step=1`,
      undefined,
      400,
    ],
  ])('%s', async (_, method, address, body, status) => {
    const answer = await call(method, address, { body });
    expect(answer.json).toMatchObject({ status, instance: expect.stringContaining('/api/v1') as string });
    expect(answer.status).toBe(status);
    expect(answer.json?.['detail']).toBeTypeOf('string');
  });

  test('a body that is not declared as JSON is refused', async () => {
    expect(
      (await call('POST', `/queues/${bullKey}/jobs`, { body: 'data=1', headers: { 'Content-Type': 'text/plain' } }))
        .status,
    ).toBe(415);
  });
});

describe('reading', () => {
  test('all queues, in the shape of the schema, by both forms of their address', async () => {
    const snapshot = snapshotSchema.parse((await call('GET', '/queues', { role: 'viewer' })).json);
    expect(snapshot.queues.map(({ id }) => id.name).sort()).toEqual(['mails', 'reports']);
    expect((await call('GET', '/queues/main/bull/reports')).json).toMatchObject({
      key: bullKey,
      counts: { failed: 5 },
    });
    expect((await call('GET', `/queues/${bullKey}`)).json).toMatchObject({ kind: 'bull', isPaused: true });
  });

  test('failed jobs with error and stack', async () => {
    const page = jobPageSchema.parse((await call('GET', `/queues/${bullKey}/jobs?state=failed&limit=2`)).json);
    expect(page).toMatchObject({ total: 5, mayDrift: false });
    expect(page.jobs.map(({ failedReason }) => failedReason)).toEqual(['printer on fire', 'printer on fire']);
    const rest = jobPageSchema.parse(
      (await call('GET', `/queues/${bullKey}/jobs?state=failed&limit=200&cursor=${page.nextCursor}`)).json,
    );
    expect(new Set([...page.jobs, ...rest.jobs].map(({ id }) => id)).size).toBe(5);
    const job = jobSchema.parse((await call('GET', `/queues/${bullKey}/jobs/${page.jobs[0]?.id}`)).json);
    expect(job.stacktrace.join()).toContain('Error: printer on fire');
    expect(job.actions).toEqual(['retry', 'duplicate', 'remove']);
    expect((await call('GET', `/queues/${bullKey}/jobs/${page.jobs[0]?.id}/field?name=data`)).text).toMatch(
      /^\{"n":\d\}$/,
    );
  });

  test('history as one value per step', async () => {
    const now = Date.now();
    const answer = await until(async () => {
      const { json } = await call(
        'GET',
        `/queues/${bullKey}/series?metrics=depth.failed,completed,runMs.p95&from=${now - 900_000}&to=${now + 60_000}`,
      );
      const series = seriesSchema.parse(json);
      return series.series['depth.failed']?.some((value) => value === 5) && series;
    }, 10_000);
    expect([answer.stepMs, answer.tierMs]).toEqual([10_000, 10_000]);
    expect(answer.series['completed']).toHaveLength((answer.to - answer.from) / answer.stepMs);
    expect(answer.unfinishedFrom).not.toBeNull();
    expect(answer.gaps.length).toBeGreaterThan(0);
  });

  test('history as a table, as a heat map and by job name', async () => {
    const now = Date.now();
    const range = `from=${now - 900_000}&to=${now + 60_000}`;
    const csv = await call('GET', `/queues/${bullKey}/series.csv?metrics=completed,depth.failed&${range}`);
    expect([csv.status, csv.text.split('\r\n')[0]]).toEqual([200, 'time,completed,depth.failed,quality']);
    expect(csv.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d0\.000Z,\d*,5,/m);
    const heatmap = heatmapSchema.parse(
      (await call('GET', `/queues/${bullKey}/series/heatmap?which=run&${range}`)).json,
    );
    expect(heatmap.bounds.length).toBeLessThanOrEqual(40);
    expect(heatmap.counts).toHaveLength((heatmap.to - heatmap.from) / heatmap.stepMs);
    expect(namesSchema.parse((await call('GET', `/queues/${bullKey}/names?${range}`)).json).tierMs).toBe(60_000);
    const byName = await call('GET', `/queues/${bullKey}/series?metrics=completed&name=a&${range}`);
    expect(seriesSchema.parse(byName.json).tierMs).toBe(60_000);
    const wrong = await call('GET', `/queues/${bullKey}/series?metrics=depth.failed&name=a&${range}`);
    expect(wrong.status).toBe(400);
  });

  test('brokers, alerts and the document that describes it all', async () => {
    expect(brokersSchema.parse((await call('GET', '/brokers')).json)).toMatchObject({
      collector: { state: 'live' },
      brokers: [{ source: 'main', state: 'up' }],
    });
    const { rules } = alertsSchema.parse((await call('GET', '/alerts')).json);
    expect(rules.map(({ name }) => name)).toContain('Backlog over 1,000');
    const { json } = await call('GET', '/openapi.json');
    expect(
      Object.values(json?.['paths'] as Record<string, object>).flatMap((methods) => Object.keys(methods)),
    ).toHaveLength(ROUTES.length);
  });
});

describe('acting', () => {
  test('two people retry the same job: one does it, the other is told that it is done', async () => {
    const { json } = await call('GET', `/queues/${bullMqKey}/jobs?state=failed`);
    const id = jobPageSchema.parse(json).jobs[0]?.id ?? '';
    const answers = await Promise.all(
      [0, 1].map(() =>
        call('POST', `/queues/${bullMqKey}/jobs/${id}/actions`, { role: 'operator', body: { action: 'retry' } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'already-done' });
    expect(await bullMq.getWaitingCount()).toBe(1);
  });

  test('several jobs at once: one result per id, written into the audit log', async () => {
    const { json } = await call('GET', `/queues/${bullKey}/jobs?state=failed`);
    const ids = jobPageSchema.parse(json).jobs.map(({ id }) => id);
    const removed = await call('POST', `/queues/${bullKey}/jobs/actions`, {
      role: 'operator',
      body: { action: 'remove', ids: [ids[0], ids[1], 'nope'] },
    });
    expect(removed.json?.['results']).toMatchObject([{ ok: true }, { ok: true }, { ok: false, code: 'not-found' }]);
    expect(await bull.getFailedCount()).toBe(3);
    const audit = (await call('GET', '/audit?limit=1')).json as { entries: unknown[] };
    expect(audit.entries).toMatchObject([
      { actor: 'operator@example.com', action: 'remove', target: 'main/bull/reports', jobCount: 3, outcome: 'partly' },
    ]);
  });

  test('adding: 202, then 200 for the same id, and once per Idempotency-Key', async () => {
    const body = {
      data: { report: 7 },
      opts: { jobId: 'user7-1', priority: 1, attempts: 3, backoff: { type: 'exponential', delay: 2000 } },
    };
    expect(await call('POST', `/queues/${bullKey}/jobs`, { body })).toMatchObject({
      status: 202,
      json: { jobId: 'user7-1', status: 'queued' },
    });
    expect(await call('POST', `/queues/${bullKey}/jobs`, { body })).toMatchObject({
      status: 200,
      json: { status: 'duplicate' },
    });
    const anonymous = { data: { report: 8 } };
    const headers = { 'Idempotency-Key': 'k1' };
    const first = await call('POST', `/queues/${bullKey}/jobs`, { body: anonymous, headers });
    const second = await call('POST', `/queues/${bullKey}/jobs`, { body: anonymous, headers });
    expect(second.json).toEqual(first.json);
    expect((await call('POST', `/queues/${bullKey}/jobs`, { body: { data: 9 }, headers })).status).toBe(409);
  });

  test('pausing shows within seconds', async () => {
    expect(
      (await call('POST', `/queues/${bullMqKey}/actions`, { role: 'operator', body: { action: 'pause' } })).json,
    ).toEqual({ isPaused: true });
    await until(async () => (await call('GET', `/queues/${bullMqKey}`)).json?.['isPaused'] === true, 7_000);
    expect((await call('POST', `/queues/${bullMqKey}/actions`, { body: { action: 'resume' } })).status).toBe(200);
  });
});

describe('the live stream', () => {
  async function open(headers: Record<string, string> = {}) {
    const stop = new AbortController();
    const response = await web.handle(
      new Request('http://localhost/api/v1/stream', { headers, signal: stop.signal }),
      anActor('viewer'),
    );
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    const read = (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        text += Buffer.from(value).toString();
      }
    })();
    return { text: () => text, read, stop: () => stop.abort(), response };
  }

  test('first everything, then what changes; a short break is caught up on', async () => {
    const first = await open();
    await until(() => Promise.resolve(first.text().includes('event: changes')), 5_000);
    expect(first.response.headers.get('content-type')).toContain('text/event-stream');
    expect(first.text().indexOf('event: snapshot')).toBeLessThan(first.text().indexOf('event: changes'));
    expect(first.text()).toContain('event: alerts');
    expect(first.text()).toContain('event: brokers');
    const lastId = [...first.text().matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? '';
    first.stop();
    await pause(2_100);
    const second = await open({ 'Last-Event-ID': lastId });
    await pause(200);
    expect(second.text()).not.toContain('event: snapshot');
    expect([...second.text().matchAll(/^event: changes$/gm)].length).toBeGreaterThanOrEqual(2);
    second.stop();
    const stale = await open({ 'Last-Event-ID': '1-1' });
    await pause(100);
    expect(stale.text()).toContain('event: snapshot');
    stale.stop();
  });

  test('ends with bye when the session has ended', async () => {
    const stream = await open();
    isSessionLive = false;
    await stream.read;
    expect(stream.text()).toContain('event: bye\ndata: {"reason":"session-ended"}');
    isSessionLive = true;
  });
});

describe('trouble', () => {
  test('a dead collector shows, and readiness says why', async () => {
    await endProcess(collector, 'SIGKILL');
    await until(
      async () => ((await call('GET', '/brokers')).json?.['collector'] as { state: string }).state !== 'live',
      10_000,
    );
    const ready = await until(async () => {
      const response = await web.handle(new Request('http://localhost/api/ready'), null);
      return response.status === 503 && ((await response.json()) as Record<string, unknown>);
    }, 15_000);
    expect(ready).toMatchObject({
      status: 'not-ready',
      reason: expect.stringContaining('No collector has written for') as string,
    });
    expect((await call('GET', '/queues')).status).toBe(200);
  });

  test('a Redis that hangs with its connections open is named, not the collector', async () => {
    process.kill(server.pid, 'SIGSTOP');
    try {
      const brokers = await until(async () => {
        const { json } = await call('GET', '/brokers');
        const { store } = brokersSchema.parse(json);
        return store.state === 'down' && store;
      }, 12_000);
      expect(brokers.error).toContain('does not answer');
      const ready = await web.handle(new Request('http://localhost/api/ready'), null);
      expect(((await ready.json()) as { reason: string }).reason).toMatch(/^The store does not answer/);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await until(async () => brokersSchema.parse((await call('GET', '/brokers')).json).store.state === 'up', 5_000);
  });

  test('without Redis: problems within 3 s, never a hang or a 500', async () => {
    await server.stop();
    await pause(200);
    const start = Date.now();
    const answers = await Promise.all([
      call('GET', `/queues/${bullKey}/jobs?state=failed`),
      call('POST', `/queues/${bullKey}/jobs/1/actions`, { body: { action: 'retry' } }),
      call('GET', `/queues/${bullKey}/series?metrics=completed&from=0&to=60000`),
      call('GET', '/audit'),
      call('POST', `/queues/${bullKey}/jobs`, { body: { data: 1 }, headers: { 'Idempotency-Key': 'k2' } }),
    ]);
    expect(Date.now() - start).toBeLessThan(3_000);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect((await web.handle(new Request('http://localhost/api/health'), null)).status).toBe(200);
  });
});
