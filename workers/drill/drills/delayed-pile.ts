import type { Drill } from '../drill';
import type { Stage } from '../stage';

async function clearDelayed(stage: Stage): Promise<void> {
  const ids = await stage.redis.zrange(stage.key('remind', 'delayed'), 0, -1);
  for (const id of ids) await stage.queue('remind').remove(id);
}

export const delayedPile: Drill = {
  name: 'delayed-pile',
  what: 'four thousand delayed jobs come due within the same minutes',
  expects: 'delayed-due',
  calmMs: 15_000,
  prepare: async (stage) => {
    await stage.workers(1, 'remind', { concurrency: 2, does: { runMs: 100 } });
    stage.produce('remind', 3);
  },
  begin: async (stage) => {
    await stage.addMany('remind', 4_000, { options: { delay: 150_000 } });
  },
  end: async (stage) => {
    await clearDelayed(stage);
  },
};
