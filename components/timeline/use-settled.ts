'use client';
import { useEffect, useState } from 'react';

const SETTLED_MS = 300;

/** The value once it has stayed the same for a moment: not every letter that is typed is worth a question. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
