import type { Broker } from '@/lib/domain/broker';

type Memory = Pick<Broker, 'usedMemoryBytes' | 'maxMemoryBytes'>;

/** Memory against its limit. Redis says 0 for “no limit”. Bytes; `share` 0–1. */
export function memoryOf({ usedMemoryBytes, maxMemoryBytes }: Memory): {
  used: number | null;
  limit: number | null;
  share: number | null;
  isUnlimited: boolean;
} {
  const limit = maxMemoryBytes === 0 ? null : maxMemoryBytes;
  return {
    used: usedMemoryBytes,
    limit,
    share: usedMemoryBytes !== null && limit !== null ? usedMemoryBytes / limit : null,
    isUnlimited: maxMemoryBytes === 0,
  };
}

/** Why an eviction policy endangers queues, `null` when it does not. */
export function policyWarning({ evictionPolicy }: Pick<Broker, 'evictionPolicy'>): string | null {
  if (evictionPolicy === null || evictionPolicy === 'noeviction') return null;
  return 'May delete jobs when memory runs out. Queues need noeviction.';
}
