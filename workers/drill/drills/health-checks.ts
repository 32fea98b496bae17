import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

export const healthChecks: Drill = {
  name: 'health-checks',
  what: 'healthy: some health checks in a row fail among other traffic',
  expects: null,
  calmMs: 20_000,
  lastsMs: 40_000,
  prepare: async (stage) => {
    await stage.worker('ops', { concurrency: 6, does: { runMs: 20 } });
    stage.produce('ops', 20);
  },
  begin: async (stage) => {
    for (let n = 0; n < 8; n += 1) {
      await stage.queue('ops').add('health', { poison: true });
      await pause(300);
    }
  },
};
