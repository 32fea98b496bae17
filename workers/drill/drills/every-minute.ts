import type { Drill } from '../drill';
import { pause } from '../../../lib/testing/processes';

export const everyMinute: Drill = {
  name: 'every-minute',
  what: 'healthy: a lot comes each minute, and nothing in between',
  expects: null,
  calmMs: 5_000,
  lastsMs: 45_000,
  prepare: async (stage) => {
    await stage.past('minutely', () => ({ arrived: 6_000, runMs: 20 }), { isBatch: true });
    await stage.worker('minutely', { concurrency: 10, does: { runMs: 20 } });
    await stage.addMany('minutely', 100);
    await pause(20_000);
    await stage.addMany('minutely', 100);
  },
  begin: async (stage) => {
    await pause(40_000);
    await stage.addMany('minutely', 100);
  },
};
