import { AppError } from '../../domain/errors';
import type { JobSet } from './job-sets';

/** Where a search goes on. Sets: the last job seen. Lists: how many to skip, and the ids of the last seen, newest first. */
export type ScanPosition =
  { type: 'zset'; score: string; member: string } | { type: 'list'; skip: number; last: readonly string[] };

export function encodeScanCursor(position: ScanPosition): string {
  const parts =
    position.type === 'zset' ? ['sz', position.score, position.member] : ['sl', position.skip, ...position.last];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws AppError `bad-request` when `text` is not a cursor for this type of set */
export function decodeScanCursor(text: string, type: JobSet['type']): ScanPosition {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const position = Array.isArray(parts) ? toPosition(parts as unknown[]) : null;
    if (position?.type === type) return position;
  } catch {
    // reported below
  }
  throw new AppError('bad-request', 'The cursor is not one that this search gave out.', {
    invalidParams: [{ path: 'cursor', message: 'expected a nextCursor of the same search' }],
  });
}

function toPosition([tag, first, ...rest]: unknown[]): ScanPosition | null {
  const isText = (value: unknown): value is string => typeof value === 'string';
  if (tag === 'sl' && Number.isSafeInteger(first) && (first as number) >= 0 && rest.every(isText) && rest.length <= 32)
    return { type: 'list', skip: first as number, last: rest };
  const [member] = rest;
  if (tag === 'sz' && isText(first) && first !== '' && Number.isFinite(Number(first)) && isText(member))
    return { type: 'zset', score: first, member };
  return null;
}
