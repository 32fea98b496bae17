import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { QueueDriver } from '../../lib/testing/queue-driver';
import { endProcess, pause, startCollectorProcess, until } from '../../lib/testing/processes';
import { startPrivateRedis } from '../setup/private-redis';
import type { Drill } from './drill';
import { Stage } from './stage';
import { Watcher, type Seen } from './watcher';

const SAID_WITHIN_MS = 30_000;
const GONE_WITHIN_MS = 60_000;
const LOOK_MS = 250;
/** After it was said, the list is watched on: nothing wrong may push it from its place. */
const STAYS_MS = 8_000;

export type DrillResult = {
  drill: Drill;
  library: string;
  isGood: boolean;
  /** What came first, `null` when nothing was said. */
  first: string | null;
  sentence: string | null;
  saidAfterMs: number | null;
  goneAfterMs: number | null;
  /** What was said and is not true, or above what was expected. */
  wrong: string[];
  /** What the explaining verdict listed beneath itself. */
  under: string[];
};

/**
 * Runs one drill on a Redis of its own, with a collector of its own. `tell`: what happens, line by line. `isShort`: with less
 * calm before, and not watched on once it was said.
 */
export async function runDrill(
  drill: Drill,
  driver: QueueDriver,
  tell: (line: string) => void,
  isShort = false,
): Promise<DrillResult> {
  const redis = await startPrivateRedis();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tailback-drill-'));
  const stage = new Stage(redis.url, driver);
  const watcher = new Watcher(redis.url);
  let collector: ReturnType<typeof startCollectorProcess> | null = null;
  try {
    await drill.prepare(stage);
    collector = startCollectorProcess(redis.url, dataDir);
    await until(async () => (await watcher.list(), (await stage.redis.exists('tailback:live:queues')) === 1), 90_000);
    const wrong = new Set<string>();
    const calm = await watch(watcher, isShort ? drill.calmMs / 2 : drill.calmMs, () => false);
    for (const seen of calm) wrong.add(`${seen.code} in calm`);
    for (const seen of calm) tell(`in calm: ${seen.of}: ${seen.code}: ${seen.sentence}`);
    tell(drill.what);
    await drill.begin(stage);
    return drill.expects === null
      ? await stayQuiet(drill, driver, watcher, wrong, tell)
      : await beSaid(drill, driver, stage, watcher, wrong, tell, isShort ? 1_000 : STAYS_MS);
  } finally {
    if (collector) await endProcess(collector, 'SIGKILL');
    watcher.close();
    await stage.close();
    await redis.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function beSaid(
  drill: Drill,
  driver: QueueDriver,
  stage: Stage,
  watcher: Watcher,
  wrong: Set<string>,
  tell: (line: string) => void,
  staysMs: number,
): Promise<DrillResult> {
  const begun = Date.now();
  const isTrue = ({ code }: Seen) => code === drill.expects || (drill.alsoTrue ?? []).includes(code);
  let found: Seen | null = null;
  let saidAfterMs: number | null = null;
  let first: Seen | null = null;
  const said = new Set<string>();
  const note = (list: readonly Seen[]) => {
    first = list[0] ?? first;
    for (const seen of list) {
      if (!said.has(seen.code))
        tell(
          `after ${((Date.now() - begun) / 1000).toFixed(1)} s: ${seen.severity} ${seen.of}: ${seen.code}: ${seen.sentence}`,
        );
      said.add(seen.code);
      // What stands below the expected one may be a symptom that is true as well; above it it is wrong.
      if (seen.code === drill.expects) break;
      if (!isTrue(seen)) wrong.add(seen.code);
    }
    if (found === null && list[0]?.code === drill.expects) {
      found = list[0];
      saidAfterMs = Date.now() - begun;
    }
  };
  await watch(watcher, SAID_WITHIN_MS + 3_000, (list) => (note(list), found !== null));
  await watch(watcher, staysMs, (list) => (note(list), false));
  const under = found === null ? [] : await underOf(watcher, drill);
  tell(`after ${((Date.now() - begun) / 1000).toFixed(1)} s the cause is removed`);
  await drill.end?.(stage);
  const removed = Date.now();
  let goneAfterMs: number | null = null;
  await watch(watcher, GONE_WITHIN_MS + 2_000, (list) => {
    const isGone = list.every(({ code }) => code !== drill.expects);
    if (isGone) goneAfterMs ??= Date.now() - removed;
    else goneAfterMs = null;
    return isGone && Date.now() - removed - (goneAfterMs ?? 0) > 5_000;
  });
  const isGood =
    found !== null &&
    (saidAfterMs ?? Infinity) <= SAID_WITHIN_MS &&
    (goneAfterMs ?? Infinity) <= GONE_WITHIN_MS &&
    wrong.size === 0;
  const shown = (found ?? first) as Seen | null;
  return {
    drill,
    library: driver.label,
    isGood,
    first: shown?.code ?? null,
    sentence: shown?.sentence ?? null,
    saidAfterMs,
    goneAfterMs,
    wrong: [...wrong],
    under,
  };
}

async function stayQuiet(
  drill: Drill,
  driver: QueueDriver,
  watcher: Watcher,
  wrong: Set<string>,
  tell: (line: string) => void,
): Promise<DrillResult> {
  const seen = await watch(watcher, drill.lastsMs ?? 60_000, () => false);
  for (const one of seen) {
    wrong.add(one.code);
    tell(`said: ${one.severity} ${one.of}: ${one.code}: ${one.sentence}`);
  }
  const [first] = seen;
  return {
    drill,
    library: driver.label,
    isGood: wrong.size === 0,
    first: first?.code ?? null,
    sentence: first?.sentence ?? null,
    saidAfterMs: null,
    goneAfterMs: null,
    wrong: [...wrong],
    under: [],
  };
}

async function underOf(watcher: Watcher, { expects }: Drill): Promise<string[]> {
  const list = await watcher.list();
  return list.find(({ code }) => code === expects)?.under.map(({ code }) => code) ?? [];
}

/** All verdicts that are seen within `ms`, each code once, in the order of coming; ends when `isOver` says so. */
async function watch(watcher: Watcher, ms: number, isOver: (list: readonly Seen[]) => boolean): Promise<Seen[]> {
  const seen = new Map<string, Seen>();
  for (const end = Date.now() + ms; Date.now() < end; await pause(LOOK_MS)) {
    const list = await watcher.list();
    for (const one of list) if (!seen.has(one.code)) seen.set(one.code, one);
    if (isOver(list)) break;
  }
  return [...seen.values()];
}
