import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Queue as BullMqQueue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import { activeCheckSchema } from '../../domain/active-job';
import { markSchema, marksSchema } from '../../domain/mark';
import { timelineSeriesSchema } from '../../domain/series';
import { toQueueKey } from '../../domain/queue-key';
import { workersViewSchema } from '../../domain/worker';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { killWorkerAtWork } from '../../testing/doomed-worker';
import { endProcess, pause, startCollectorProcess, until } from '../../testing/processes';
import { bullMqDriver } from '../../testing/queue-drivers';

/** Metrics, workers, marks and locks over a real collector, a real Redis and real workers. */
let server: PrivateRedis;
let dataDir: string;
let collector: ChildProcess;
let web: WebRuntime;
let mails: BullMqQueue;
const key = (name: string) => toQueueKey({ source: 'main', namespace: 'bull', name });
const connection = () => ({ host: '127.0.0.1', port: server.port });
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startPrivateRedis();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-observing-'));
  mails = new BullMqQueue('mails', { connection: connection() });
  await mails.waitUntilReady();
  collector = startCollectorProcess(server.url, dataDir);
  web = await startWeb();
  await until(() => Promise.resolve(web.queues().length === 1 && web.readiness().ok), 30_000);
}, 60_000);

afterAll(async () => {
  await web.close();
  await endProcess(collector, 'SIGKILL');
  await Promise.all(closers.map((close) => close()));
  await mails.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function startWeb(): Promise<WebRuntime> {
  const config = loadConfig({ REDIS_URL: server.url, TAILBACK_DATA_DIR: dataDir }, dataDir);
  return createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
}

async function call(method: string, address: string, body?: unknown, role: 'viewer' | 'operator' = 'operator') {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const response = await web.handle(request, { kind: 'token', name: 'ci', role, address: '127.0.0.1' });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, text, json: (isJson ? JSON.parse(text) : {}) as Record<string, unknown> };
}

/** Value of a queue's metric; `undefined` when it is absent. */
async function metric(name: string, queue: string): Promise<number | undefined> {
  const { body } = await web.metrics();
  const line = body.split('\n').find((text) => text.startsWith(`${name}{`) && text.includes(`queue="${queue}"`));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

function work(queue: string, name?: string): Worker {
  const worker = new Worker(queue, () => pause(5), { connection: connection(), ...(name ? { name } : {}) });
  closers.push(() => worker.close());
  return worker;
}

const marksOf = async (queue: string, kind: string) => {
  const now = Date.now();
  const { json } = await call('GET', `/marks?from=${now - 600_000}&to=${now + 60_000}&queue=${key(queue)}`);
  return marksSchema.parse(json).marks.filter((mark) => mark.kind === kind);
};

describe('metrics', () => {
  test('counters are exact, also over a collector that is killed and the jobs that ran without one', async () => {
    const worker = work('mails', 'mailer-1');
    await mails.addBulk(Array.from({ length: 20 }, () => ({ name: 'mail', data: {} })));
    await until(async () => (await metric('tailback_queue_jobs_completed_total', 'mails')) === 20, 30_000);
    expect(await metric('tailback_queue_run_seconds_count', 'mails')).toBe(20);
    expect(await metric('tailback_queue_workers', 'mails')).toBe(1);
    await endProcess(collector, 'SIGKILL');
    await mails.addBulk(Array.from({ length: 15 }, () => ({ name: 'mail', data: {} })));
    await until(async () => (await mails.getCompletedCount()) === 35, 15_000);
    expect(await metric('tailback_queue_jobs_completed_total', 'mails')).toBe(20);
    collector = startCollectorProcess(server.url, dataDir);
    await until(async () => (await metric('tailback_queue_jobs_completed_total', 'mails')) === 35, 40_000);
    expect(await metric('tailback_queue_jobs_arrived_total', 'mails')).toBe(35);
    expect(await metric('tailback_queue_jobs_failed_total', 'mails')).toBe(0);
    const another = await startWeb();
    await until(() => Promise.resolve(another.queues().length > 0), 10_000);
    const { body } = await another.metrics();
    await another.close();
    expect(body).toMatch(/tailback_queue_jobs_completed_total\{[^}]*queue="mails"[^}]*\} 35\n/);
    const takeovers = await until(async () => {
      const found = await marksOf('mails', 'collector-takeover');
      return found.length > 0 && found;
    }, 20_000);
    expect(takeovers[0]?.text).toContain('writes from now on');
    await worker.close();
  }, 120_000);

  test('the dashboard and the alert rules use only names that are served', async () => {
    await until(async () => (await metric('tailback_queue_active_without_lock_jobs', 'mails')) !== undefined, 20_000);
    const redis = new Redis(server.url);
    closers.push(() => redis.quit());
    await redis.config('SET', 'maxmemory', '500mb');
    const served = await until(async () => {
      const { body } = await web.metrics();
      const names = new Set(
        body
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('#'))
          .map((line) => /^\w+/.exec(line)?.[0]),
      );
      return names.has('tailback_broker_memory_max_bytes') && names;
    }, 20_000);
    await redis.config('SET', 'maxmemory', '0');
    for (const file of ['docs/grafana/tailback.json', 'docs/grafana/alerts.yaml', 'docs/prometheus.md']) {
      const named = new Set((await readFile(file, 'utf8')).match(/\btailback_[a-z_]+[a-z]\b/g));
      expect(named.size, file).toBeGreaterThan(10);
      for (const name of named) {
        const isHistogram = served.has(`${name}_bucket`);
        expect(served.has(name) || isHistogram, `${name} of ${file}`).toBe(true);
      }
    }
  }, 60_000);
});

describe('workers', () => {
  test('who is connected, and who came and went, though not for a reconnect', async () => {
    const view = async () => workersViewSchema.parse((await call('GET', '/workers', undefined, 'viewer')).json);
    await until(async () => (await view()).groups.every(({ queueKey }) => queueKey !== key('mails')), 20_000);
    // A worker that comes back within 10 s is no leave and no join.
    await pause(12_000);
    const worker = work('mails', 'mailer-2');
    const seen = await until(async () => {
      const { sources, groups } = await view();
      const one = sources[0]?.workers?.find(({ name }) => name === 'mailer-2');
      return one && { one, group: groups.find(({ queueKey }) => queueKey === key('mails')) };
    }, 20_000);
    expect(seen.group).toMatchObject({ source: 'main', library: 'bullmq', host: '127.0.0.1', connections: 1 });
    expect(seen.one).toMatchObject({ queueKey: key('mails'), host: '127.0.0.1' });
    expect(Math.abs(seen.one.connectedAt - Date.now())).toBeLessThan(30_000);
    await until(async () => (await marksOf('mails', 'workers-joined')).length > 0, 40_000);
    await worker.close();
    const left = await until(async () => {
      const found = await marksOf('mails', 'workers-left');
      return found.some(({ at }) => at > Date.now() - 60_000) && found;
    }, 40_000);
    expect(left.at(-1)?.text).toMatch(/^1 worker of 127\.0\.0\.1 left/);
  }, 120_000);
});

describe('marks', () => {
  test('a deploy is told by a program and read by everybody', async () => {
    const posted = await call('POST', '/marks', {
      kind: 'deploy',
      text: 'mailer 4.2 <b>',
      queue: 'main/bull/mails',
      link: 'https://ci.example/1',
    });
    expect(posted.status).toBe(201);
    expect(markSchema.parse(posted.json)).toMatchObject({ queueKey: key('mails'), by: 'ci', text: 'mailer 4.2 <b>' });
    await call('POST', '/marks', { kind: 'deploy', text: 'everything', at: '2026-11-01T10:00:00+01:00' });
    await call('POST', '/marks', { kind: 'deploy', text: 'others', pattern: 'reports-*' });
    expect((await marksOf('mails', 'deploy')).map(({ text }) => text)).toEqual(['mailer 4.2 <b>']);
    const { json } = await call('GET', `/marks?from=0&to=${Date.now() + 1}`, undefined, 'viewer');
    expect(marksSchema.parse(json).marks.map(({ text }) => text)).toContain('everything');
  });

  test.each<[string, unknown, number]>([
    ['another kind', { kind: 'pause', text: 'x' }, 400],
    ['no text', { kind: 'deploy', text: '  ' }, 400],
    ['too much text', { kind: 'deploy', text: 'x'.repeat(501) }, 400],
    ['a link that is a script', { kind: 'deploy', text: 'x', link: 'javascript:alert(1)' }, 400],
    ['a queue and a pattern', { kind: 'deploy', text: 'x', queue: 'main/bull/mails', pattern: '*' }, 400],
    ['a time before all history', { kind: 'deploy', text: 'x', at: 5 }, 400],
    ['an unknown queue', { kind: 'deploy', text: 'x', queue: 'main/bull/nope' }, 404],
  ])('%s is refused', async (_, body, status) => expect((await call('POST', '/marks', body)).status).toBe(status));

  test('the timeline is narrowed, taken along as CSV, and part of a report', async () => {
    const range = `from=${Date.now() - 399 * 86_400_000}&to=${Date.now() + 1}`;
    const of = async (query: string) => {
      const { json } = await call('GET', `/timeline?${range}&${query}`, undefined, 'viewer');
      return marksSchema.parse(json).marks.map(({ text }) => text);
    };
    expect(await of('kinds=deploy')).toEqual(['everything', 'mailer 4.2 <b>', 'others']);
    expect(await of('kinds=deploy&queues=mails')).toEqual(['everything', 'mailer 4.2 <b>']);
    expect(await of('q=MAILER%204')).toEqual(['mailer 4.2 <b>']);
    expect((await call('GET', `/timeline?${range}&kinds=nonsense`)).status).toBe(400);
    const until = Date.now();
    const last = `from=${until - 600_000}&to=${until}`;
    const csv = await call('GET', `/timeline.csv?${range}&kinds=deploy`, undefined, 'viewer');
    expect(csv.text.split('\r\n')).toHaveLength(5);
    const series = await call('GET', `/timeline/series?${last}&metric=arrived`, undefined, 'viewer');
    expect(timelineSeriesSchema.parse(series.json).series['arrived']?.length).toBeGreaterThan(0);
    expect((await call('GET', `/timeline/series?${last}&metric=arrived&queues=nope`)).status).toBe(404);
    const report = await call('GET', `/timeline/report?${last}&queue=${key('mails')}`, undefined, 'viewer');
    expect(report.text).toContain('# main/bull/mails');
    expect(report.text).toContain('mailer 4.2 \\<b\\>');
    expect(report.text).toContain('for administrators');
    expect((await call('GET', `/timeline/report?${last}&queue=${key('nope')}`)).status).toBe(404);
  });

  test('viewers read only', async () => {
    expect((await call('POST', '/marks', { kind: 'deploy', text: 'x' }, 'viewer')).status).toBe(403);
    expect((await call('GET', '/marks?from=5&to=4', undefined, 'viewer')).status).toBe(400);
  });

  test('a pause is marked once: with its person where it was done here, else as seen', async () => {
    await call('POST', `/queues/${key('mails')}/actions`, { action: 'pause' });
    await until(() => Promise.resolve(web.queues()[0]?.isPaused === true), 15_000);
    await pause(9_000);
    expect((await marksOf('mails', 'pause')).map(({ by }) => by)).toEqual(['ci']);
    await mails.resume();
    const resumed = await until(async () => {
      const found = await marksOf('mails', 'resume');
      return found.length > 0 && found;
    }, 25_000);
    expect(resumed.map(({ by }) => by)).toEqual([null]);
  }, 60_000);
});

describe('active jobs', () => {
  test('one whose worker died has no lock; one whose worker lives is well', async () => {
    const queue = new BullMqQueue('slow', { connection: connection() });
    closers.push(() => queue.close());
    await queue.add('doomed', {});
    await killWorkerAtWork(bullMqDriver, server.url, 'bull', 'slow');
    await pause(600);
    const held = new Worker('slow', () => pause(20_000), { connection: connection(), skipStalledCheck: true });
    closers.push(() => held.close(true));
    await queue.add('held', {});
    await until(async () => (await queue.getActiveCount()) === 2, 15_000);
    await until(() => Promise.resolve(web.queues().some(({ id }) => id.name === 'slow')), 15_000);
    const { json } = await call('GET', `/queues/${key('slow')}/active-check`, undefined, 'viewer');
    const { jobs, isCut } = activeCheckSchema.parse(json);
    expect(isCut).toBe(false);
    expect(['worker-gone', 'lock-gone']).toContain(jobs[0]?.verdict);
    expect(jobs).toMatchObject([
      { name: 'doomed', hasLock: false, lockTtlMs: null, worker: null },
      { name: 'held', hasLock: true, verdict: 'ok' },
    ]);
    expect(jobs[1]?.lockTtlMs).toBeGreaterThan(1_000);
    expect(jobs[0]?.runningMs).toBeGreaterThan(500);
    await until(async () => (await metric('tailback_queue_active_without_lock_jobs', 'slow')) === 1, 60_000);
  }, 120_000);
});
