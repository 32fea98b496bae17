import type { Drill } from '../drill';

let flow: { stop(): void };

export const deadLetters: Drill = {
  name: 'dead-letters',
  what: 'jobs that cannot be processed are put into a dead-letter queue',
  expects: 'dead-letters',
  calmMs: 70_000,
  prepare: async (stage) => {
    await stage.worker('order', { does: { runMs: 20 } });
    stage.produce('order', 5);
    await stage.queue('order-dlq').add('work', {});
  },
  begin: async (stage) => {
    flow = stage.produce('order-dlq', 2);
  },
  end: async () => {
    flow.stop();
  },
};
