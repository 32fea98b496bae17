import type { AuditEntry } from '../../../domain/audit';
import { AppError } from '../../../domain/errors';

/** @throws AppError `store-down` when the store does not answer; those of `question` as they are */
export async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('store-down', 'The store that keeps the alerts does not answer.', { cause: error });
  }
}

/** How a deed that worked is written down. */
export function done(detail: string | null = null): () => Pick<AuditEntry, 'outcome' | 'detail'> {
  return () => ({ outcome: 'done', detail });
}
