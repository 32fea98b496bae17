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
import type { Operation } from '../../domain/operation';
import { toQueueKey } from '../../domain/queue-key';
import { schedulerDetailSchema, schedulersPageSchema, type Scheduler } from '../../domain/scheduler';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';

/** Schedulers and actions on whole queues through the API, over a real collector and real workers. */
let server: PrivateRedis;
let dataDir: string;
let collector: ChildProcess;
let web: WebRuntime;
let bull: Bull.Queue;
let bullMq: BullMqQueue;
let worker: Worker;

const bullKey = toQueueKey({ source: 'main', namespace: 'bull', name: 'reports' });
const bullMqKey = toQueueKey({ source: 'main', namespace: 'bull', name: 'mails' });

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-schedulers-'));
  const connection = { host: '127.0.0.1', port: server.port };
  bull = new Bull('reports', { redis: connection });
  bullMq = new BullMqQueue('mails', { connection });
  collector = startCollectorProcess(server.url, dataDir);
  await bull.add('nightly', { a: 1 }, { repeat: { cron: '30 2 * * *', tz: 'Europe/Berlin' } });
  // Nothing is kept of what is done: what is known of the runs is what the collector noted.
  await bull.add('often', {}, { repeat: { every: 1_000 }, removeOnComplete: true, removeOnFail: true });
  void bull.process('*', (job) =>
    job.name === 'often' && Date.now() % 2 === 0 ? Promise.reject(new Error('x')) : Promise.resolve(),
  );
  await bullMq.upsertJobScheduler('tick', { every: 1_000 }, { name: 'tick', opts: { removeOnComplete: true } });
  await bullMq.upsertJobScheduler('yearly', { pattern: '0 0 1 1 *', tz: 'UTC' }, { name: 'year', data: { year: 1 } });
  worker = new Worker('mails', () => Promise.resolve(), { connection });
  const config = loadConfig({ REDIS_URL: server.url, TAILBACK_DATA_DIR: dataDir }, dataDir);
  web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
  await until(() => Promise.resolve(web.queues().length === 2 && web.readiness().ok), 15_000);
}, 60_000);

afterAll(async () => {
  await web.close();
  await endProcess(collector, 'SIGTERM');
  await worker.close();
  await bull.close();
  await bullMq.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function call(method: string, address: string, body?: unknown) {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const response = await web.handle(request, {
    kind: 'person',
    name: 'admin@example.com',
    role: 'admin',
    address: '::1',
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}
const all = async (query = ''): Promise<Scheduler[]> =>
  schedulersPageSchema.parse((await call('GET', `/schedulers${query}`)).json).schedulers;
const lastAudit = async () =>
  (
    (await call('GET', '/audit?limit=1')).json['entries'] as {
      action: string;
      outcome: string;
      detail: string;
    }[]
  )[0];

describe('the list', () => {
  test('holds those of all queues, page by page, and of one queue alone', async () => {
    const names = (await all()).map(({ name }) => name).sort();
    expect(names).toEqual(['nightly', 'often', 'tick', 'year']);
    const first = schedulersPageSchema.parse((await call('GET', '/schedulers?limit=3')).json);
    const rest = await all(`?limit=3&cursor=${first.nextCursor}`);
    expect([...first.schedulers, ...rest].map(({ name }) => name).sort()).toEqual(names);
    expect(first.total).toBe(4);
    expect((await all(`?queue=${bullKey}`)).map(({ name }) => name).sort()).toEqual(['nightly', 'often']);
    expect((await call('GET', '/schedulers?cursor=x')).status).toBe(400);
    expect((await call('GET', '/schedulers?queue=x')).status).toBe(404);
  });

  test('says when each runs, in words and in its zone', async () => {
    const nightly = (await all()).find(({ name }) => name === 'nightly');
    expect(nightly).toMatchObject({
      words: 'At 02:30',
      zone: { name: 'Europe/Berlin', isAssumed: false },
      status: 'waiting',
      trouble: null,
      form: 'bull-repeatable',
      whyNotEdit: null,
    });
    expect(nightly?.nextRuns).toHaveLength(5);
    expect(nightly?.nextRuns[0]).toBe(nightly?.nextAt);
  });

  test('knows runs of which no job is kept, from what the collector noted', async () => {
    for (const name of ['tick', 'often']) {
      const runs = await until(async () => {
        const found = (await all()).find((one) => one.name === name);
        const ended = found?.runs.filter(({ outcome }) => outcome === 'completed' || outcome === 'failed') ?? [];
        return ended.length >= 4 ? ended : null;
      }, 20_000);
      expect(new Set(runs.map(({ at }) => at)).size).toBe(runs.length);
      for (const { at, endedAt } of runs) expect(Math.abs((endedAt ?? 0) - at)).toBeLessThan(3_000);
    }
    expect(await bullMq.getCompletedCount()).toBe(0);
  }, 40_000);
});

describe('a scheduler', () => {
  test('is previewed, added, seen, edited, run and removed; each change is in the audit log with before and after', async () => {
    const preview = await call('POST', '/schedules/preview', { schedule: { pattern: '0 25 * * *' } });
    expect(preview.json).toMatchObject({ words: null, error: { at: 2, length: 2 } });
    const bad = await call('POST', `/queues/${bullMqKey}/schedulers`, {
      id: 'mine',
      schedule: { pattern: '0 25 * * *' },
    });
    expect(bad).toMatchObject({ status: 400, json: { invalidParams: [{ path: 'schedule.pattern' }] } });
    expect(await lastAudit()).toMatchObject({ action: 'add scheduler', outcome: 'refused' });

    const body = {
      id: 'mine/0',
      name: 'report',
      schedule: { pattern: '0 4 * * *', tz: 'America/New_York' },
      data: { n: 1 },
    };
    const ids = async () => (await all(`?queue=${bullMqKey}`)).map(({ id }) => id);
    expect(await ids()).not.toContain('mine/0');
    expect(await call('POST', `/queues/${bullMqKey}/schedulers`, body)).toMatchObject({
      status: 201,
      json: { id: 'mine/0' },
    });
    // Whoever has added one looks for it at once.
    expect(await ids()).toContain('mine/0');
    expect((await call('POST', `/queues/${bullMqKey}/schedulers`, body)).status).toBe(409);
    const address = `/queues/${bullMqKey}/scheduler?id=${encodeURIComponent('mine/0')}`;
    const detail = schedulerDetailSchema.parse((await call('GET', address)).json);
    expect(detail).toMatchObject({ name: 'report', status: 'waiting', template: { data: '{"n":1}' } });

    const edit = { id: 'mine/0', schedule: { everyMs: 3_600_000 } };
    expect((await call('PUT', `/queues/${bullMqKey}/schedulers`, edit)).status).toBe(200);
    expect((await lastAudit())?.detail).toBe('mine/0: At 04:00 (pattern 0 4 * * *, America/New_York) → Every hour');
    const run = await call('POST', `/queues/${bullMqKey}/schedulers/run`, { id: 'mine/0' });
    expect(run.status).toBe(202);
    expect((await lastAudit())?.detail).toContain(String(run.json['jobId']));
    expect((await call('DELETE', `/queues/${bullMqKey}/schedulers?id=${encodeURIComponent('mine/0')}`)).status).toBe(
      200,
    );
    expect(await ids()).not.toContain('mine/0');
    expect(await lastAudit()).toMatchObject({
      action: 'remove scheduler',
      outcome: 'done',
      detail: 'mine/0: report, Every hour',
    });
    expect((await call('GET', address)).status).toBe(404);
    expect((await call('PUT', `/queues/${bullMqKey}/schedulers`, edit)).status).toBe(404);
  });
});

describe('whole queues', () => {
  test('several are paused and resumed at once, with a result each', async () => {
    const queues = [bullKey, bullMqKey, toQueueKey({ source: 'main', namespace: 'bull', name: 'none' })];
    const paused = await call('POST', '/queue-actions', { action: 'pause', queues });
    expect(paused.json['results']).toMatchObject([{ ok: true }, { ok: true }, { ok: false, code: 'not-found' }]);
    expect([await bull.isPaused(), await bullMq.isPaused()]).toEqual([true, true]);
    await call('POST', '/queue-actions', { action: 'resume', queues });
    expect([await bull.isPaused(), await bullMq.isPaused()]).toEqual([false, false]);
  });

  test('are cleared only by their name, as an operation, and the log has the count', async () => {
    await bullMq.pause();
    await bullMq.addBulk(
      Array.from({ length: 700 }, (_, n) => ({ name: 'x', data: { n }, opts: { delay: 9_000_000 } })),
    );
    const clearing = { what: 'drain', delayed: true };
    const preview = await call('POST', `/queues/${bullMqKey}/clearing/preview`, { clearing });
    expect(preview.json).toMatchObject({ schedulers: 2, keptForSchedulers: 2, refusal: null, isAtMost: false });
    expect(preview.json['count']).toBeGreaterThanOrEqual(700);
    const body = { clearing, queues: [bullMqKey], pace: null };
    expect(await call('POST', '/clearings', { ...body, confirm: 'reports' })).toMatchObject({ status: 400 });
    const started = await call('POST', '/clearings', { ...body, confirm: 'mails' });
    expect(started.status).toBe(202);
    const [{ operation }] = started.json['results'] as [{ operation: Operation }];
    await until(async () => {
      const report = await call('GET', `/operations/${operation.id}`);
      return (report.json['operation'] as Operation).state === 'done';
    }, 20_000);
    await until(async () => (await lastAudit())?.detail.includes('ended') === true, 10_000);
    expect(await lastAudit()).toMatchObject({
      action: 'drain',
      outcome: 'done',
      jobCount: preview.json['count'],
      detail: expect.stringContaining(`${preview.json['count'] as number} removed`) as string,
    });
    expect((await bullMq.getDelayedCount()) + (await bullMq.getWaitingCount())).toBe(2);
    await bullMq.resume();
  });

  test('are limited where the library can, and say why where it cannot', async () => {
    const body = { concurrency: 4, rateLimit: { max: 100, durationMs: 1_000 } };
    expect((await call('PUT', `/queues/${bullMqKey}/limits`, body)).json).toMatchObject(body);
    expect((await lastAudit())?.detail).toBe('no concurrency limit, no rate limit → 4 at once, 100 in 1.0 s');
    expect(
      (await call('PUT', `/queues/${bullMqKey}/limits`, { concurrency: null, rateLimit: null })).json,
    ).toMatchObject({ concurrency: null });
    expect(await call('PUT', `/queues/${bullKey}/limits`, body)).toMatchObject({ status: 422 });
    expect((await call('GET', `/queues/${bullKey}/limits`)).json['whyNotChange']).toContain('Bull');
  });
});
