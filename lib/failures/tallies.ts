/** Adds to the tally of a key. */
export function addTallies<K>(
  tallies: Map<K, { failed: number; attempts: number }>,
  key: K,
  failed: number,
  attempts: number,
): void {
  const tally = tallies.get(key) ?? { failed: 0, attempts: 0 };
  tallies.set(key, { failed: tally.failed + failed, attempts: tally.attempts + attempts });
}
