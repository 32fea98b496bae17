import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { toQueueKey } from '../domain/queue-key';
import type { Series } from '../domain/series';
import { readRange } from '../history/history-store';
import type { SeriesRecord } from '../history/record';
import { toSeries } from '../history/series';
import { DEFAULT_TIERS, slotOf, type Tier } from '../history/tiers';
import { readPosition, WHOLE_SOURCE } from '../sources/position';
import { keys } from '../store/keys';
import { openLifeGround, type LifeGround, type LifeGroundName } from './life-ground';
import { endProcess, pause, startCollectorProcess, until } from './processes';
import { LIVELY_DRIVERS, LivelyQueue, seeded, TOLD, type Told } from './random-lives';
import { prepareServer, type TestServer } from './redis-server';

/** What happens to those who watch, in one round of lives. */
export const WEATHER = [
  'calm',
  'ears cut',
  'collector killed',
  'both killed',
  'streams trimmed',
  'queues made anew',
  'made anew unseen',
  'store full',
  'store hangs',
  'restarted with data',
  'restarted empty',
  'broker hangs',
  'failed over',
] as const;
export type Weather = (typeof WEATHER)[number];

const ON_ONE: readonly Weather[] = ['restarted with data', 'restarted empty', 'broker hangs'];

/** What can happen there. */
export function weatherOf(ground: LifeGroundName): Weather[] {
  return WEATHER.filter((weather) => (ground === 'one' ? weather !== 'failed over' : !ON_ONE.includes(weather)));
}

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

type Options = { seed: number; livesARound: number; ground?: LifeGroundName };

/**
 * Random lives of jobs in real queues, watched by two real collector processes, in any weather; what is shown of each
 * round afterwards, beside what the workers wrote down.
 */
export async function liveThrough(
  weathers: readonly Weather[],
  { seed, livesARound, ground: name = 'one' }: Options,
  log: (line: string) => void = () => undefined,
): Promise<Outcome> {
  const random = seeded(seed);
  const folder = await mkdtemp(path.join(tmpdir(), 'tailback-lives-'));
  // The store has a server of its own: it is not what is restarted.
  const storeServer = await prepareServer({ config: () => ['save ""', 'loglevel warning'] });
  await storeServer.start();
  const store = storeServer.client();
  const ground = await openLifeGround(name);
  const newCollector = () =>
    startCollectorProcess(ground.url, folder, {
      TAILBACK_STORE_URL: `redis://${storeServer.host}:${storeServer.port}`,
      TAILBACK_LOG_LEVEL: 'error',
    });
  const collectors: ChildProcess[] = [];
  const queues: LivelyQueue[] = [];
  const areQuiet = (limitMs: number) => until(() => Promise.resolve(queues.every((queue) => queue.isQuiet())), limitMs);
  const scene: Scene = { ground, collectors, newCollector, queues, store, storeServer, random, areQuiet };
  try {
    await until(() => ground.redis.ping().catch(() => null), 10_000);
    queues.push(...LIVELY_DRIVERS.map((driver) => new LivelyQueue(driver, ground, random, String(seed))));
    for (const queue of queues) await queue.start();
    // Of a young queue that is paused for a moment it cannot be proven that it was not made anew.
    for (const queue of queues) await queue.live(500, 100);
    collectors.push(newCollector(), newCollector());
    await until(async () => (await store.hlen('tailback:live:queues')) >= queues.length, 90_000);
    await areQuiet(30_000);
    await isStored(store, Date.now() + 1_000);
    for (const queue of queues) queue.take();

    const rounds: Round[] = [];
    for (const weather of weathers) {
      await pause(SLOT_MS - (Date.now() % SLOT_MS) + 300);
      const from = slotOf(TEN_SECONDS, Date.now());
      const living = queues.map((queue) => queue.live(livesARound, 5_000).catch(() => undefined));
      await pause(1_500 + 1_500 * random());
      await blow(weather, living, scene);
      await Promise.all(living);
      await areQuiet(40_000);
      await pause(800);
      const to = slotOf(TEN_SECONDS, Date.now()) + SLOT_MS;
      rounds.push({ from, to, weather, truth: new Map(queues.map((queue) => [queue.name, queue.take()])) });
      log(`${weather}: ${Math.round((to - from) / 1000)} s`);
      // What a collector did not store yet when it is killed is marked: that must not be of this round.
      await isStored(store, Date.now() + 1_000);
      // The second of a pair that was killed must be up again, too, before the next round.
      if (isKilling(weather)) await pause(8_000);
    }
    const end = rounds.at(-1)?.to ?? 0;
    await isStored(store, end + 1_000);
    // Until then it is shown as unfinished, whatever is stored.
    await pause(Math.max(0, end + TEN_SECONDS.slotMs - Date.now()));
    return await compare(store, queues, rounds);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all(collectors.map((child) => endProcess(child, 'SIGKILL')));
    await Promise.all([ground.close(), storeServer.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

function isKilling(weather: Weather): boolean {
  return weather === 'collector killed' || weather === 'both killed' || weather === 'made anew unseen';
}

/** Waits until a collector says that all that happened before `until` (ms) is stored. */
async function isStored(store: Redis, untilMs: number): Promise<void> {
  const whole = async () => readPosition((await store.hget(keys.cursors('main'), WHOLE_SOURCE)) ?? undefined)?.ms ?? 0;
  await until(async () => (await whole()) > untilMs, 60_000);
}

type Scene = {
  ground: LifeGround;
  collectors: ChildProcess[];
  newCollector: () => ChildProcess;
  queues: LivelyQueue[];
  store: Redis;
  storeServer: TestServer;
  random: () => number;
  areQuiet: (limitMs: number) => Promise<unknown>;
};

async function blow(weather: Weather, living: readonly Promise<void>[], scene: Scene): Promise<void> {
  const { ground, collectors, newCollector, queues, store, storeServer, random, areQuiet } = scene;
  /** Jobs in the middle of their lives would be in two states at once, or in none. */
  const calm = async () => {
    await Promise.all(living);
    await areQuiet(40_000);
  };
  switch (weather) {
    case 'ears cut':
      return ground.cutEars();
    case 'collector killed':
    case 'both killed':
    case 'made anew unseen': {
      if (weather === 'made anew unseen') await calm();
      const killed = collectors.splice(0, weather === 'collector killed' ? 1 : 2);
      await Promise.all(killed.map((child) => endProcess(child, 'SIGKILL')));
      if (weather === 'made anew unseen') for (const queue of queues) await queue.makeAnew();
      await pause(500 + 1_000 * random());
      collectors.push(...killed.map(newCollector));
      return;
    }
    case 'restarted with data':
    case 'restarted empty':
      await calm();
      return ground.restart(weather === 'restarted with data');
    case 'failed over':
      await calm();
      await ground.failOver(`bull:${queues[0]?.name}:id`);
      for (const queue of queues) await queue.live(5, 500);
      return;
    case 'broker hangs':
      return ground.hang(3_000);
    case 'store hangs':
      storeServer.freeze();
      await pause(3_000);
      storeServer.thaw();
      return;
    case 'store full':
      // Above its limit a store refuses every write.
      await store.config('SET', 'maxmemory', 1);
      await pause(4_000);
      await store.config('SET', 'maxmemory', 0);
      return;
    case 'streams trimmed':
      for (const { name, driver } of queues)
        if (driver.kind === 'bullmq') await ground.redis.xtrim(`bull:${name}:events`, 'MAXLEN', 3);
      return;
    case 'queues made anew':
      await calm();
      for (const queue of queues) await queue.makeAnew();
      return;
    case 'calm':
  }
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
