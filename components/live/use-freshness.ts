'use client';
import { freshnessOf, type Freshness } from './freshness';
import { useLive } from './live-provider';
import { useNow } from './use-now';

const UNDECIDED: Freshness = { isStale: false, since: null, cause: null };

/** Whether the figures on the screen are current, looked at once a second. */
export function useFreshness(): Freshness {
  const link = useLive((state) => state.link);
  const lastEventAt = useLive((state) => state.lastEventAt);
  const brokers = useLive((state) => state.brokers);
  const now = useNow();
  return now === 0 ? UNDECIDED : freshnessOf({ link, lastEventAt, brokers }, now);
}
