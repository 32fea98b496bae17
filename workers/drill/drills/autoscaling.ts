import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

export const autoscaling: Drill = {
  name: 'autoscaling',
  what: 'healthy: workers come and go with the load',
  expects: null,
  calmMs: 25_000,
  lastsMs: 40_000,
  prepare: async (stage) => {
    await stage.workers(2, 'auto', { concurrency: 2, does: { runMs: 50 } });
    stage.produce('auto', 25);
  },
  begin: async (stage) => {
    const more = stage.produce('auto', 60);
    const extra = await stage.workers(4, 'auto', { concurrency: 2, does: { runMs: 50 } });
    await pause(40_000);
    more.stop();
    await pause(2_000);
    await Promise.all(extra.slice(0, 3).map((worker) => worker.stop()));
    await pause(15_000);
    await extra[3]?.stop();
  },
};
