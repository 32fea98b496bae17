import { startBurner } from './burner';
import { pause, type CollectorProcess } from './collector-process';
import { JobLoad } from './job-load';
import { median } from './meter';

const ROUNDS = 8;
const WINDOW_MS = 3_000;
/** Once it goes on, the collector marks the time that it missed and asks the queue about it: this is not what is measured. */
const CATCH_UP_MS = 7_000;

type Window = { jobs: number; collectorShare: number };

/**
 * Jobs/s of a real BullMQ queue worked on at full speed: alone, with a collector, and with a program that uses as much
 * CPU as the collector does and never talks to Redis. Where producer, worker, Redis and collector share two cores, the
 * last one tells which part of the slowing any program would cause.
 */
export async function slowing(url: string, collector: CollectorProcess): Promise<string[][]> {
  const load = await JobLoad.start(url);
  collector.start();
  await collector.knows(1, 60_000);
  await pause(4_000);
  const measure = async (): Promise<Window> => {
    const before = await collector.cpuMs();
    const jobs = await load.perSecond(WINDOW_MS);
    return { jobs, collectorShare: ((await collector.cpuMs()) - before) / WINDOW_MS };
  };
  const [alone, watched, burnt]: [Window[], Window[], Window[]] = [[], [], []];
  const arms = [
    async () => {
      collector.freeze();
      await pause(1_000);
      alone.push(await measure());
    },
    async () => {
      collector.thaw();
      await pause(CATCH_UP_MS);
      watched.push(await measure());
    },
    async () => {
      collector.freeze();
      const end = startBurner(watched.at(-1)?.collectorShare ?? 0);
      await pause(1_000);
      burnt.push(await measure());
      await end();
    },
  ];
  try {
    for (let round = 0; round < ROUNDS; round += 1)
      for (const arm of round % 2 === 0 ? arms : [arms[1], arms[2], arms[0]]) await arm?.();
  } finally {
    collector.thaw();
    await load.stop();
  }
  const row = (name: string, windows: readonly Window[], by: readonly Window[]) => {
    const ratios = windows.map(({ jobs }, index) => jobs / (by[index]?.jobs ?? NaN)).sort((a, b) => a - b);
    const quartiles = `${ratios[Math.floor(ROUNDS / 4)]?.toFixed(3)} to ${ratios[Math.ceil((3 * ROUNDS) / 4) - 1]?.toFixed(3)}`;
    return [name, median(windows.map(({ jobs }) => jobs)).toFixed(0), `${median(ratios).toFixed(3)} (${quartiles})`];
  };
  const share = median(watched.map(({ collectorShare }) => collectorShare));
  return [
    ['', 'jobs/s, median', `of ${ROUNDS} pairs: ratio (quartiles)`],
    row('collector stopped', alone, alone),
    row(`collector at work, ${(share * 100).toFixed(0)} % of a core`, watched, alone),
    row('as much CPU used by something else', burnt, alone),
    row('collector against something else', watched, burnt),
  ];
}
