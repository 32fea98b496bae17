import type { Drill } from '../drill';

let producer: { stop(): void };

export const silence: Drill = {
  name: 'silence',
  what: 'the producers of a queue that always has traffic go silent',
  expects: 'silence',
  calmMs: 30_000,
  prepare: async (stage) => {
    await stage.past('orders', () => ({ arrived: 36_000, runMs: 20 }));
    await stage.worker('orders', { concurrency: 4, does: { runMs: 20 } });
    producer = stage.produce('orders', 10);
  },
  begin: async () => {
    producer.stop();
  },
  end: async (stage) => {
    stage.produce('orders', 10);
  },
};
