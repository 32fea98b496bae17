import { useState } from 'react';

/**
 * The error of a query that asks again and again, kept while it asks: react-query forgets it at the start of every
 * attempt as long as there is no data, and the screen would flip between the error and the skeleton.
 */
export function useKeptError(error: Error | null, hasData: boolean): Error | null {
  const [kept, setKept] = useState<Error | null>(null);
  const next = error ?? (hasData ? null : kept);
  if (next !== kept) setKept(next);
  return next;
}
