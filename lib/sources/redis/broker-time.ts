import type { Redis } from '../../redis/connection';

/**
 * How long the broker was busy with `work`, a script that is sent on the connection of `redis`: by its own clock, asked
 * before and after on the same connection, so that neither the network nor a busy machine of ours counts. ms.
 */
export async function brokerTime<T>(redis: Redis, work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const before = redis.time();
  const working = work();
  // The libraries look at their connection first; by the next turn their script has been sent.
  await new Promise((resolve) => setImmediate(resolve));
  let isEarly = true;
  const after = redis.time().then((time) => ({ time, isEarly }));
  const value = await working
    .finally(() => (isEarly = false))
    .catch(async (error: unknown) => {
      await Promise.allSettled([before, after]);
      throw error;
    });
  const ours = performance.now() - start;
  const [from, to] = await Promise.all([before, after]);
  // An answer to the second question that came before the script's says nothing of the script.
  return { value, ms: to.isEarly ? ours : micros(to.time) / 1_000 - micros(from) / 1_000 };
}

function micros([seconds, micro]: (string | number)[]): number {
  return Number(seconds) * 1_000_000 + Number(micro);
}
