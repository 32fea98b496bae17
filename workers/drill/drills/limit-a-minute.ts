import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let worker: StageWorker;

export const limitAMinute: Drill = {
  name: 'limit-a-minute',
  what: 'the workers’ limiter allows sixty a minute: they are used up in seconds',
  expects: 'rate-limited',
  alsoTrue: ['burst', 'under-provisioned'],
  calmMs: 20_000,
  prepare: async (stage) => {
    const limiter = { max: 60, duration: 60_000 };
    worker = await stage.worker('geo', { concurrency: 5, does: { runMs: 30 }, limiter });
    stage.produce('geo', 0.5);
  },
  begin: async (stage) => {
    stage.produce('geo', 10);
  },
  end: async (stage) => {
    await worker.stop();
    await stage.redis.del(stage.key('geo', 'limiter'));
    await stage.worker('geo', { concurrency: 100, does: { runMs: 5 } });
  },
};
