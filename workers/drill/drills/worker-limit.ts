import type { Drill } from '../drill';
import type { StageWorker } from '../stage';

let slow: StageWorker;

export const workerLimit: Drill = {
  name: 'worker-limit',
  what: 'the workers’ own limiter is lower than what comes',
  expects: 'rate-limited',
  calmMs: 15_000,
  prepare: async (stage) => {
    slow = await stage.worker('sms', { concurrency: 10, does: { runMs: 20 }, limiter: { max: 8, duration: 1_000 } });
    stage.produce('sms', 4);
  },
  begin: async (stage) => {
    stage.produce('sms', 20);
  },
  end: async (stage) => {
    await slow.stop();
    await stage.worker('sms', { concurrency: 40, does: { runMs: 5 } });
  },
};
