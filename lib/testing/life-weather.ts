import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { toQueueKey } from '../domain/queue-key';
import type { Series } from '../domain/series';
import { readRange } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { toSeries } from '../history/series';
import { DEFAULT_TIERS, slotOf, type Tier } from '../history/tiers';
import { freePort } from '../../workers/setup/free-port';
import { endProcess, pause, startCollectorProcess, until } from './processes';
import { LIVELY_DRIVERS, LivelyQueue, seeded, TOLD, type Told } from './random-lives';

/** What happens to those who watch, in one round of lives. */
export const WEATHER = [
  'calm',
  'ears cut',
  'collector killed',
  'both killed',
  'restarted with data',
  'restarted empty',
  'broker hangs',
  'streams trimmed',
  'queues made anew',
  'store full',
  'store hangs',
] as const;
export type Weather = (typeof WEATHER)[number];

export type Round = { from: number; to: number; weather: Weather; truth: Map<string, Told> };
export type Finding = {
  queue: string;
  weather: Weather;
  metric: string;
  truth: number;
  shown: number | null;
  isMarked: boolean;
  reason: string;
};
/** `disagreements`: queues whose tiers do not add up to the same, with the sums of each tier. */
export type Outcome = { lives: number; findings: Finding[]; disagreements: string[] };

const [TEN_SECONDS] = DEFAULT_TIERS.series as [Tier];
const SLOT_MS = TEN_SECONDS.slotMs;

/**
 * Random lives of jobs in real queues, watched by two real collector processes, in any weather; what is shown of each
 * round afterwards, beside what the workers wrote down.
 * @param binary the Redis server's program
 */
export async function liveThrough(
  binary: string,
  weathers: readonly Weather[],
  { seed, livesARound }: { seed: number; livesARound: number },
  log: (line: string) => void = () => undefined,
): Promise<Outcome> {
  const random = seeded(seed);
  const folder = await mkdtemp(path.join(tmpdir(), 'tailback-lives-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const startRedis = () =>
    spawn(
      binary,
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--loglevel', 'warning'],
      {
        stdio: 'ignore',
      },
    );
  let server = startRedis();
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  // The store has a server of its own: it is not what is restarted.
  const storePort = await freePort();
  const storeServer = spawn(binary, ['--port', String(storePort), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  const store = new Redis(`redis://127.0.0.1:${storePort}`, { maxRetriesPerRequest: null });
  store.on('error', () => undefined);
  const newCollector = () =>
    startCollectorProcess(url, folder, {
      TAILBACK_STORE_URL: `redis://127.0.0.1:${storePort}`,
      TAILBACK_LOG_LEVEL: 'error',
    });
  const collectors: ChildProcess[] = [];
  const queues: LivelyQueue[] = [];
  try {
    await until(() => Promise.all([redis.ping(), store.ping()]), 10_000);
    queues.push(...LIVELY_DRIVERS.map((driver) => new LivelyQueue(driver, url, random, String(seed))));
    for (const queue of queues) await queue.start();
    for (const queue of queues) await queue.live(3, 100);
    collectors.push(newCollector(), newCollector());
    await until(async () => (await store.hlen('tailback:live:queues')) >= queues.length, 60_000);
    await until(() => Promise.resolve(queues.every((queue) => queue.isQuiet())), 20_000);
    await pause(6_000);
    for (const queue of queues) queue.take();

    const rounds: Round[] = [];
    for (const weather of weathers) {
      await pause(SLOT_MS - (Date.now() % SLOT_MS) + 300);
      const from = slotOf(TEN_SECONDS, Date.now());
      const living = queues.map((queue) => queue.live(livesARound, 5_000).catch(() => undefined));
      await pause(1_500 + 1_500 * random());
      switch (weather) {
        case 'ears cut':
          await redis.client('KILL', 'TYPE', 'pubsub');
          break;
        case 'collector killed':
        case 'both killed': {
          const killed = collectors.splice(0, weather === 'both killed' ? 2 : 1);
          await Promise.all(killed.map((child) => endProcess(child, 'SIGKILL')));
          await pause(500 + 1_000 * random());
          collectors.push(...killed.map(newCollector));
          break;
        }
        case 'restarted with data':
        case 'restarted empty':
          await Promise.all(living);
          await until(() => Promise.resolve(queues.every((queue) => queue.isQuiet())), 30_000);
          if (weather === 'restarted with data') await redis.save();
          await endProcess(server, 'SIGKILL');
          if (weather === 'restarted empty') await rm(path.join(folder, 'dump.rdb'), { force: true });
          await pause(500);
          server = startRedis();
          await until(() => redis.ping(), 10_000);
          break;
        case 'broker hangs':
          await hang(server, 3_000);
          break;
        case 'store hangs':
          await hang(storeServer, 3_000);
          break;
        case 'store full':
          // Above its limit a store refuses every write.
          await store.config('SET', 'maxmemory', 1);
          await pause(4_000);
          await store.config('SET', 'maxmemory', 0);
          break;
        case 'streams trimmed':
          for (const { name, driver } of queues)
            if (driver.kind === 'bullmq') await redis.xtrim(`bull:${name}:events`, 'MAXLEN', 3);
          break;
        case 'queues made anew':
          await Promise.all(living);
          await until(() => Promise.resolve(queues.every((queue) => queue.isQuiet())), 30_000);
          for (const queue of queues) await queue.makeAnew();
          break;
        case 'calm':
      }
      await Promise.all(living);
      await until(() => Promise.resolve(queues.every((queue) => queue.isQuiet())), 40_000);
      await pause(800);
      const to = slotOf(TEN_SECONDS, Date.now()) + SLOT_MS;
      rounds.push({ from, to, weather, truth: new Map(queues.map((queue) => [queue.name, queue.take()])) });
      log(`${weather}: ${Math.round((to - from) / 1000)} s`);
      // A killed pair must be up again before the next round.
      if (weather !== 'calm') await pause(14_000);
    }
    await pause(12_000);
    return await compare(store, queues, rounds);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all(collectors.map((child) => endProcess(child, 'SIGKILL')));
    redis.disconnect();
    store.disconnect();
    await Promise.all([endProcess(server, 'SIGKILL'), endProcess(storeServer, 'SIGKILL')]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Stops a server for a while without a word. */
async function hang(server: ChildProcess, ms: number): Promise<void> {
  server.kill('SIGSTOP');
  await pause(ms);
  server.kill('SIGCONT');
}

async function compare(store: Redis, queues: readonly LivelyQueue[], rounds: readonly Round[]): Promise<Outcome> {
  const findings: Finding[] = [];
  const disagreements: string[] = [];
  const [first, last] = [rounds[0], rounds.at(-1)];
  for (const { name } of queues) {
    const key = toQueueKey({ source: 'main', namespace: 'bull', name });
    for (const { from, to, weather, truth } of rounds) {
      const stored = await readRange<SeriesRecord>(store, TEN_SECONDS, 'main', key, from, to);
      const series = toSeries(stored, {
        tier: TEN_SECONDS,
        from,
        to,
        stepMs: SLOT_MS,
        metrics: [...TOLD],
        now: Date.now(),
      });
      for (const metric of TOLD)
        findings.push({
          queue: name,
          weather,
          metric,
          truth: truth.get(name)?.[metric] ?? 0,
          shown: sumOf(series.series[metric] ?? []),
          isMarked: isMarked(series, metric),
          reason: series.partial[0]?.reason ?? (series.gaps.length > 0 ? 'nobody looked' : ''),
        });
    }
    if (!first || !last) continue;
    const sumsOfTiers = () =>
      Promise.all(
        DEFAULT_TIERS.series.map(async (tier) => {
          const { records } = await readRange<SeriesRecord>(
            store,
            tier,
            'main',
            key,
            first.from - 3_600_000,
            last.to + 3_600_000,
          );
          return TOLD.map((_, index) =>
            records.reduce((sum, { record }) => sum + (record.counters[index] ?? 0), 0),
          ).join();
        }),
      );
    // Read one after the other while a collector may write: they have to agree once it has come to rest.
    let sums = await sumsOfTiers();
    for (let tries = 0; tries < 5 && new Set(sums).size !== 1; tries += 1) {
      await pause(2_000);
      sums = await sumsOfTiers();
    }
    if (new Set(sums).size !== 1)
      disagreements.push(
        `${name}: ${TOLD.join()}: ${DEFAULT_TIERS.series.map((tier, index) => `${tier.name} ${sums[index]}`).join('; ')}`,
      );
  }
  return { lives: queues.reduce((sum, { lives }) => sum + lives, 0), findings, disagreements };
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}

function isMarked(series: Series, metric: string): boolean {
  return (
    series.gaps.length > 0 ||
    series.partial.some(({ exact }) => !(exact as readonly string[] | undefined)?.includes(metric))
  );
}
