import type { Drill } from '../drill';

export const orphans: Drill = {
  name: 'orphans',
  what: 'somebody deletes the jobs’ hashes, and their ids stay',
  expects: 'orphaned-ids',
  isQuick: true,
  calmMs: 8_000,
  prepare: async (stage) => {
    await stage.worker('audit', { concurrency: 20, does: { runMs: 5 } });
    await stage.addMany('audit', 300, { options: { removeOnComplete: false } });
    stage.produce('audit', 2);
  },
  begin: async (stage) => {
    for (const id of await stage.redis.zrange(stage.key('audit', 'completed'), 0, -1))
      await stage.redis.del(stage.key('audit', id));
  },
  end: async (stage) => {
    await stage.redis.del(stage.key('audit', 'completed'));
  },
};
