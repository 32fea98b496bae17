import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Queue as BullMqQueue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrivateRedis, type PrivateRedis } from '../../../workers/setup/private-redis';
import { loadConfig } from '../../config/load-config';
import { createLog } from '../../config/log';
import type { Alerts } from '../../domain/alert';
import type { AlertRules, RuleStandings } from '../../domain/alert-rule';
import type { IncidentDetail, IncidentPage } from '../../domain/incident-detail';
import { toQueueKey } from '../../domain/queue-key';
import type { Replay } from '../../domain/replay';
import { createWebRuntime, type WebRuntime } from '../../runtime/web-runtime';
import { endProcess, startCollectorProcess, until } from '../../testing/processes';
import { startWebhookReceiver } from '../../testing/webhook-receiver';

const LIMIT = 20_000;
let server: PrivateRedis;
let dataDir: string;
let env: Record<string, string>;
let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
let queues: Record<'mail' | 'salaries', BullMqQueue>;
let web: WebRuntime;
const collectors: ReturnType<typeof startCollectorProcess>[] = [];

beforeAll(async () => {
  server = await startPrivateRedis();
  receiver = await startWebhookReceiver();
  dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-alerts-'));
  env = { TAILBACK_DATA_DIR: dataDir, TAILBACK_CONFIG: path.join(dataDir, 'tailback.config.json') };
  await writeFile(
    env['TAILBACK_CONFIG'] ?? '',
    JSON.stringify({
      roles: [{ name: 'mail-team', grants: [{ queues: ['mail'], actions: ['acknowledge'] }] }],
      alertCheckSeconds: 1,
      alerts: [{ name: 'Of the file', metric: 'backlog', above: 1_000_000 }],
      channels: [{ kind: 'webhook', url: receiver.url, allow: ['127.0.0.1'] }],
    }),
  );
  const connection = { host: '127.0.0.1', port: server.port };
  queues = { mail: new BullMqQueue('mail', { connection }), salaries: new BullMqQueue('salaries', { connection }) };
  for (const queue of Object.values(queues)) await queue.add('job', {});
  collectors.push(startCollectorProcess(server.url, dataDir, env));
  const config = loadConfig({ REDIS_URL: server.url, ...env }, dataDir);
  web = await createWebRuntime({ config, log: createLog('silent', 'test'), isSessionLive: () => true });
  await until(() => Promise.resolve(web.queues().length === 2 && web.readiness().ok), 30_000);
}, 60_000);

afterAll(async () => {
  await web.close();
  await Promise.all(collectors.map((collector) => endProcess(collector, 'SIGKILL')));
  await Promise.all(Object.values(queues).map((queue) => queue.close()));
  await receiver.down();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function call<T>(
  role: string,
  method: string,
  address: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const request = new Request(`http://localhost/api/v1${address}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const response = await web.handle(request, { kind: 'person', name: `${role}@x`, role, address: '127.0.0.1' });
  return { status: response.status, body: (await response.json()) as T };
}

const alerts = async (role = 'admin') => (await call<Alerts>(role, 'GET', '/alerts')).body;
const openIncidents = async (role = 'admin') =>
  (await alerts(role)).incidents.filter(({ state }) => state === 'firing');
const fill = (name: 'mail' | 'salaries', count: number) =>
  queues[name].addBulk(Array.from({ length: count }, () => ({ name: 'job', data: {} })));
const told = () => receiver.received.map(({ key, body }) => ({ key, kind: (body as { event: string }).event }));
const rule = (change: object = {}) => ({
  name: 'Too many',
  queues: '*',
  metric: 'backlog',
  above: 10,
  severity: 'critical',
  ...change,
});

describe('rules made on the screen', () => {
  test('are refused where the file has the name, and for who does not administer', async () => {
    expect((await call('operator', 'POST', '/alerts/rules', { rule: rule() })).status).toBe(403);
    expect((await call('admin', 'POST', '/alerts/rules', { rule: rule({ name: 'Of the file' }) })).status).toBe(409);
    expect((await call('admin', 'POST', '/alerts/rules', { rule: rule({ below: 3 }) })).status).toBe(400);
  });

  test('two editors: the second is told, and nothing of the first is lost', async () => {
    const made = await call<{ id: string; revision: number }>('admin', 'POST', '/alerts/rules', {
      rule: rule({ above: 500 }),
    });
    const { id, revision } = made.body;
    const change = (above: number) => call('admin', 'PUT', `/alerts/rules/${id}`, { rule: rule({ above }), revision });
    expect((await change(600)).status).toBe(200);
    expect((await change(700)).status).toBe(409);
    const { body } = await call<AlertRules>('admin', 'GET', '/alerts/rules');
    expect(body.rules.map(({ origin, rule: { name, above } }) => [origin, name, above])).toEqual([
      ['file', 'Of the file', 1_000_000],
      ['screen', 'Too many', 600],
    ]);
    expect((await call('admin', 'DELETE', `/alerts/rules/${id}`)).status).toBe(200);
  });

  test('go from one installation to another, and are in the audit log', async () => {
    const exported = (await call<{ alerts: { name: string }[] }>('admin', 'GET', '/alerts/rules/export')).body;
    const own = [
      ...exported.alerts.filter(({ name }) => name !== 'Of the file'),
      rule({ name: 'From elsewhere', above: 1e6 }),
    ];
    expect((await call('admin', 'POST', '/alerts/rules/import', { alerts: own, replace: true })).status).toBe(200);
    const { body } = await call<AlertRules>('admin', 'GET', '/alerts/rules');
    expect(body.rules.map(({ rule: { name } }) => name)).toEqual(['Of the file', 'From elsewhere']);
    const log = await call<{ entries: { action: string }[] }>('admin', 'GET', '/audit?action=alert rule&limit=10');
    expect(log.body.entries.map(({ action }) => action)).toContain('import alert rules');
  });

  test('are shown with where they stand before they are saved', async () => {
    const { body } = await call<RuleStandings>('mail-team', 'POST', '/alerts/rules/standings', {
      rule: rule({ above: 0 }),
    });
    expect(body).toMatchObject({
      total: 1,
      tally: { firing: 1 },
      standings: [{ label: 'main/bull/mail', state: 'firing' }],
    });
    const replayed = await call<Replay>('operator', 'POST', '/alerts/replay', { rule: rule({ above: 0 }) });
    expect(replayed.body).toMatchObject({ of: 2, done: 2, next: null, cannot: null });
    const verdicts = { rule: { name: 'v', verdict: {} } };
    expect((await call<Replay>('operator', 'POST', '/alerts/replay', verdicts)).body.cannot).toContain('verdicts');
  });
});

test('a rule fires, is acknowledged and silenced, ends, and is in the history; who sees one queue sees that one', async () => {
  await call('admin', 'POST', '/alerts/rules', { rule: rule({ name: 'Story' }) });
  await fill('mail', 20);
  await fill('salaries', 20);
  await until(async () => (await openIncidents()).length === 2, LIMIT);
  await until(() => Promise.resolve(told().length === 2), LIMIT);
  const [mail, ...others] = await openIncidents('mail-team');
  expect(others).toEqual([]);
  const id = mail?.id ?? '';
  const hidden = (await openIncidents()).find((one) => one.id !== id)?.id ?? '';
  expect((await call('mail-team', 'GET', `/alerts/incidents/${hidden}`)).status).toBe(404);
  expect(
    (await call('mail-team', 'POST', `/alerts/incidents/${hidden}/actions`, { action: 'acknowledge' })).status,
  ).toBe(404);

  const acknowledge = () =>
    call('mail-team', 'POST', `/alerts/incidents/${id}/actions`, { action: 'acknowledge', note: 'on it' });
  expect((await acknowledge()).status).toBe(200);
  expect((await acknowledge()).status).toBe(409);
  expect((await call('viewer', 'POST', `/alerts/incidents/${id}/actions`, { action: 'unacknowledge' })).status).toBe(
    403,
  );
  await until(async () => (await openIncidents()).find((one) => one.id === id)?.acknowledged?.note === 'on it', LIMIT);
  await until(() => Promise.resolve(told().some(({ kind }) => kind.includes('acknowledged'))), LIMIT);

  const window = { kind: 'once', from: Date.now(), to: Date.now() + 600_000 };
  const silence = (role: string, pattern: string) =>
    call<{ id: string }>(role, 'POST', '/alerts/silences', { queues: [pattern], reason: 'work', window });
  expect((await silence('mail-team', 'mai*')).status).toBe(403);
  expect((await silence('mail-team', 'main/bull/salaries')).status).toBe(403);
  expect((await silence('mail-team', 'main/bull/mail')).status).toBe(201);
  const other = await silence('operator', 'salaries');
  expect(other.status).toBe(201);
  expect(JSON.stringify((await call('mail-team', 'GET', '/alerts/silences')).body)).not.toContain('salaries');
  await until(async () => (await openIncidents()).every((one) => one.silence !== null), LIMIT);
  expect((await call('operator', 'POST', `/alerts/silences/${other.body.id}/end`, {})).status).toBe(200);

  await Promise.all([queues.mail.drain(), queues.salaries.drain()]);
  await until(async () => (await openIncidents()).length === 0, LIMIT);
  await until(() => Promise.resolve(told().filter(({ kind }) => kind.includes('resolved')).length === 2), LIMIT);
  expect(new Set(told().map(({ key }) => key)).size).toBe(told().length);
  const history = async (role: string, query = '') =>
    (await call<IncidentPage>(role, 'GET', `/alerts/history${query}`)).body.incidents;
  expect(await history('admin', '?rule=Story')).toHaveLength(2);
  expect((await history('mail-team')).map((one) => one.id)).toEqual([id]);
  expect(await history('admin', '?queue=salar*')).toHaveLength(1);
  const first = (await call<IncidentPage>('admin', 'GET', '/alerts/history?limit=1')).body;
  const second = (await call<IncidentPage>('admin', 'GET', `/alerts/history?limit=1&cursor=${first.nextCursor}`)).body;
  expect(second.incidents[0]?.id).not.toBe(first.incidents[0]?.id);
  expect(second.nextCursor).toBeNull();
  const detail = (await call<IncidentDetail>('mail-team', 'GET', `/alerts/incidents/${id}`)).body;
  expect(detail.events.map(({ kind }) => kind)).toEqual(['fired', 'acknowledged', 'silenced', 'left', 'resolved']);
  expect(detail).toMatchObject({
    incident: { state: 'resolved' },
    members: [{ queueKey: toQueueKey({ source: 'main', namespace: 'bull', name: 'mail' }) }],
  });
}, 60_000);

test('kill -9 between judging and sending, and while it is being sent, neither loses nor repeats a notification', async () => {
  // The mail queue is silenced by the story above.
  // The receiver takes what is posted and never answers: the collector dies with the message under way.
  const before = told().length;
  receiver.answerWith(() => undefined);
  await fill('salaries', 30);
  await until(() => Promise.resolve(told().length > before), LIMIT);
  collectors.push(startCollectorProcess(server.url, dataDir, env));
  await endProcess(collectors[0] as never, 'SIGKILL');
  receiver.answerWith((response) => response.writeHead(204).end());
  await until(() => Promise.resolve(told().length > before + 1), LIMIT);
  // Nobody listens: it is judged and stored, and the collector dies before anything could be sent.
  await receiver.down();
  await queues.salaries.drain();
  await until(async () => (await openIncidents()).length === 0, LIMIT);
  await endProcess(collectors[1] as never, 'SIGKILL');
  await receiver.up();
  collectors.push(startCollectorProcess(server.url, dataDir, env));
  await until(() => Promise.resolve(told().at(-1)?.kind.includes('resolved')), LIMIT);
  // What came twice has one key: a receiver that knows what it has seen hears of each once.
  const unique = [
    ...new Map(
      told()
        .slice(before)
        .map((one) => [one.key, one.kind]),
    ).values(),
  ];
  expect(unique.map((kind) => kind.replace(/^.*\./, ''))).toEqual(['fired', 'resolved']);
}, 90_000);
