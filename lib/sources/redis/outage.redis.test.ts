import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Looker, refOf, silentLog, sleep, sourceOf, until } from '../../testing/looker';
import { freePort } from '../../../workers/setup/free-port';
import { RedisDesk } from './redis-desk';
import { RedisWatch } from './redis-watch';

const FAST_MS = 300;
const PATIENCE_MS = 3_000;

describe('a Redis that is down, hangs and comes back', () => {
  let port: number;
  let server: ChildProcess | null = null;
  let watch: RedisWatch;
  let desk: RedisDesk;
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  const ref = refOf('bullmq', { prefix: 'bull', name: 'q' }, 'bullmq:6.7.0');
  const bullRef = refOf('bull', { prefix: 'bull', name: 'b' }, 'bull');

  const start = () => {
    server = spawn(
      process.env['TEST_REDIS_BIN'] ?? 'redis-server',
      [...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()]],
      { stdio: 'ignore' },
    );
  };
  const stop = async () => {
    const ending = server;
    server = null;
    if (!ending || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  /** The code and words of a refusal, and how long it took. */
  const refusal = async (ask: () => Promise<unknown>) => {
    const from = performance.now();
    const error = (await ask().then(
      () => null,
      (thrown: unknown) => thrown,
    )) as { code?: string; message: string } | null;
    return { code: error?.code, message: error?.message ?? 'no refusal', ms: performance.now() - from };
  };
  const questions: Record<string, () => Promise<unknown>> = {
    jobs: () => desk.jobs(ref, { state: 'failed', limit: 10, cursor: null, order: 'newest' }),
    job: () => desk.job(ref, '1'),
    act: () => desk.act(ref, 'retry', ['1']),
    add: () => desk.add(ref, { name: 'n', data: {}, opts: {} }),
    addToBull: () => desk.add(bullRef, { data: {}, opts: {} }),
    pause: () => desk.setPaused(ref, true),
    pauseBull: () => desk.setPaused(bullRef, true),
  };
  const looks = () =>
    watch.look().then(
      () => true,
      () => false,
    );

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    port = await freePort();
    watch = new RedisWatch(sourceOf(`redis://127.0.0.1:${port}`), silentLog);
    desk = new RedisDesk(sourceOf(`redis://127.0.0.1:${port}`), silentLog);
  });
  afterAll(async () => {
    await Promise.all([watch.close(), desk.close()]);
    await stop();
    process.off('unhandledRejection', note);
  });

  test('down at the start: looks and questions are refused at once, with a reason', async () => {
    await until(async () => (await refusal(() => watch.look())).message.includes('nobody listens'));
    const look = await refusal(() => watch.look());
    expect(look).toMatchObject({ code: 'source-down', message: expect.stringContaining('nobody listens') });
    expect(look.ms).toBeLessThan(FAST_MS);
    for (const [name, ask] of Object.entries(questions)) {
      const { code, ms } = await refusal(ask);
      expect({ name, code, isFast: ms < FAST_MS }).toEqual({ name, code: 'source-down', isFast: true });
    }
  });

  test('it heals by itself, and what was refused meanwhile is not done later', async () => {
    start();
    await until(looks, 6_000);
    await until(() =>
      desk.add(ref, { name: 'n', data: {}, opts: {} }).then(
        () => true,
        () => false,
      ),
    );
    const looker = new Looker(watch);
    await looker.lookUntil(() => looker.newest.has('q'), 8_000);
    expect(looker.newest.get('q')).toMatchObject({ isPaused: false, counts: { waiting: 1 } });
    expect(looker.newest.has('b')).toBe(false);
  });

  test('a server that hangs is given up after 2 s, and read again when it goes on', async () => {
    server?.kill('SIGSTOP');
    const asked = await Promise.all([refusal(() => watch.look()), ...Object.values(questions).map(refusal)]);
    for (const { code, message, ms } of asked) {
      expect({ code, message }).toMatchObject({
        code: 'source-down',
        message: expect.stringContaining('no answer came in time'),
      });
      expect(ms).toBeLessThan(PATIENCE_MS);
    }
    server?.kill('SIGCONT');
    await until(looks, 6_000);
    expect(
      (await desk.jobs(ref, { state: 'waiting', limit: 10, cursor: null, order: 'newest' })).total,
    ).toBeGreaterThan(0);
  });

  test('down in the middle and restarted empty: refused, then healed, the old queue gone', async () => {
    await stop();
    await until(() => refusal(() => watch.look()).then(({ code }) => code === 'source-down'));
    expect((await refusal(() => desk.job(ref, '1'))).ms).toBeLessThan(PATIENCE_MS);
    start();
    await until(looks, 6_000);
  });

  test('nothing was left unhandled', async () => {
    await sleep(100);
    expect(unhandled).toEqual([]);
  });
});
