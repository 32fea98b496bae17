import type { Redis } from '../redis/connection';
import { keys, SCHEMA_VERSION } from './keys';

/**
 * Marks the store with the version of its layout.
 * @throws when a newer Tailback wrote it: going back could corrupt what it wrote
 */
export async function claimSchema(store: Redis): Promise<void> {
  // Asked first: a store that is full takes no new key, and can still be taken over.
  if ((await store.get(keys.schema)) === null) await store.set(keys.schema, SCHEMA_VERSION, 'NX');
  const found = Number(await store.get(keys.schema));
  if (found > SCHEMA_VERSION)
    throw new Error(
      `The store was written by a newer Tailback (layout ${found}, this one knows ${SCHEMA_VERSION}). Upgrade this one, or use another TAILBACK_STORE_URL.`,
    );
}
