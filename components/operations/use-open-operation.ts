'use client';
import { parseAsString, useQueryState } from 'nuqs';

/** The operation whose drawer is open, on whatever screen: in the address. */
export function useOpenOperation() {
  return useQueryState('op', parseAsString.withOptions({ history: 'push' }));
}
