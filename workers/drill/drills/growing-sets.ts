import type { Drill } from '../drill';

export const growingSets: Drill = {
  name: 'growing-sets',
  what: 'finished jobs are kept for ever',
  expects: 'growing-sets',
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.worker('log', { concurrency: 20, does: { runMs: 2 } });
    await stage.addMany('log', 1_500, { options: { removeOnComplete: false } });
  },
  begin: async (stage) => {
    stage.produce('log', 20, { options: { removeOnComplete: false } });
  },
  end: async (stage) => {
    await stage.redis.del(stage.key('log', 'completed'));
  },
};
