import { readPresence } from '../../../history/history-store';
import { slotOf, tiersFor, type Tier } from '../../../history/tiers';
import type { Config } from '../../../config/config';
import type { Redis } from '../../../redis/connection';

/** A slot counts as watched when this much of it was. */
const ENOUGH = 0.9;

/**
 * Which of `times` (ms) the collector watched a source at: only of those can it be said that nothing happened. One read
 * for each slot of the history that they lie in.
 */
export async function watchedTimes(
  store: Redis,
  { retention }: Pick<Config, 'retention'>,
  source: string,
  times: readonly number[],
  now: number,
): Promise<Set<number>> {
  const tiers = tiersFor(retention).series.filter(({ name }) => name !== '10s');
  const slots = new Map<string, { tier: Tier; at: number; times: number[] }>();
  for (const time of times) {
    const tier = tiers.find(({ retentionMs }) => now - time < retentionMs);
    if (!tier) continue;
    const at = slotOf(tier, time);
    const id = `${tier.name} ${at}`;
    const known = slots.get(id);
    if (known) known.times.push(time);
    else slots.set(id, { tier, at, times: [time] });
  }
  if (slots.size === 0) return new Set();
  const wanted = [...slots.values()];
  const covered = await readPresence(store, source, wanted);
  return new Set(
    wanted.flatMap(({ tier, times: inSlot }, index) => ((covered[index] ?? 0) >= tier.slotMs * ENOUGH ? inSlot : [])),
  );
}
