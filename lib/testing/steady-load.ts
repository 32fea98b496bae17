import { sleep, until } from './looker';
import type { Ended, Recorder } from './recorder';
import type { DriverQueue } from './queue-driver';

/** Jobs added and done all the time, with what the workers themselves wrote down. */
export type SteadyLoad = {
  queue: DriverQueue;
  done: Ended[];
  stop(): Promise<void>;
};

/** A job every 20 ms, each with a name of its own. Producer and worker wait for a broker that is away, as real ones do. */
export async function steadyLoad(queue: DriverQueue): Promise<SteadyLoad> {
  const done: Ended[] = [];
  let isOver = false;
  await queue.work(
    async ({ name }) => {
      await sleep(3);
      done.push({ at: Date.now(), name });
    },
    { concurrency: 2, stalledInterval: 1_000 },
  );
  const adding = (async () => {
    for (let n = 0; !isOver; await sleep(20)) void queue.add(`job-${(n += 1)}`, {}).catch(() => undefined);
  })();
  return {
    queue,
    done,
    async stop() {
      isOver = true;
      await adding;
      // A job that is done is told as such a moment later.
      for (let before = -1; before !== done.length; await sleep(400)) before = done.length;
      await queue.close();
    },
  };
}

/** Lets all that was begun come to its end, and the watch see it. */
export async function stopAll(loads: readonly SteadyLoad[], recorder: Recorder): Promise<void> {
  await Promise.all(loads.map((load) => load.stop()));
  const stoppedAt = Date.now();
  await until(() => recorder.looks.filter((at) => at > stoppedAt + 200).length >= 3, 10_000);
  await sleep(200);
}
