import { createHash } from 'node:crypto';

/** Stands for a field as stored, so that a change made in between is noticed. */
export function hashOf(stored: Buffer | string): string {
  return createHash('sha256').update(stored).digest('base64url').slice(0, 22);
}
