import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

export const waves: Drill = {
  name: 'waves',
  what: 'healthy: four hundred jobs come every quarter of a minute and are done in half of that',
  expects: null,
  calmMs: 5_000,
  lastsMs: 10_000,
  prepare: async (stage) => {
    await stage.workers(2, 'waves', { concurrency: 4, does: { runMs: 130 } });
    for (let n = 0; n < 2; n += 1) {
      await stage.addMany('waves', 400);
      await pause(15_000);
    }
  },
  begin: async (stage) => {
    for (let n = 0; n < 3; n += 1) {
      await stage.addMany('waves', 400);
      await pause(15_000);
    }
  },
};
