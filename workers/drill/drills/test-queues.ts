import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

export const testQueues: Drill = {
  name: 'test-queues',
  what: 'healthy: tests make queues, let jobs fail in them, and obliterate them',
  expects: null,
  calmMs: 5_000,
  lastsMs: 15_000,
  prepare: async (stage) => {
    await stage.worker('prod', { concurrency: 4, does: { runMs: 20 } });
    stage.produce('prod', 8);
  },
  begin: async (stage) => {
    for (let n = 0; n < 12; n += 1) {
      const queue = stage.queue(`it-${n}`);
      await stage.addMany(`it-${n}`, 200);
      const fails = () => (Math.random() < 0.5 ? Promise.reject(new Error('as the test wants')) : Promise.resolve());
      const worker = await queue.work(fails, { concurrency: 5 });
      await pause(1_500);
      await worker.close();
      await queue.obliterate();
      await pause(700);
    }
  },
};
