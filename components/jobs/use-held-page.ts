'use client';
import { useState } from 'react';
import type { JobPage } from '@/lib/domain/job';
import { holdPage, type HeldPage } from './hold-page';

const NONE: ReadonlySet<string> = new Set();

type Options = {
  fresh: JobPage | undefined;
  /** `fresh` is still that of the place before. */
  isElsewhere: boolean;
  /** Names the place in the list: another place shows its page as it comes. */
  place: string;
  isFirst: boolean;
  /** Whether rows stand still; else the newest page is shown as it comes. */
  holds: boolean;
};

/** The page that is shown, and a way to the newest. `adopt` shows what is known now. */
export function useHeldPage({ fresh, isElsewhere, place, isFirst, holds }: Options): {
  held: HeldPage | undefined;
  adopt(): void;
} {
  const [shown, setShown] = useState<{ place: string; page: JobPage } | null>(null);
  // The page known at the next render, which may be newer than that of this one.
  const adopt = () => setShown(null);
  if (fresh === undefined) return { held: undefined, adopt };
  if (isElsewhere) return { held: { page: fresh, newCount: 0, gone: NONE }, adopt };
  const isNew = shown?.place !== place || !holds || shown.page.jobs.length === 0;
  const held = isNew ? { page: fresh, newCount: 0, gone: NONE } : holdPage(shown.page, fresh, isFirst);
  // Where nothing came or went the newest page takes over unseen.
  const isSame = held.newCount === 0 && held.gone.size === 0;
  if (isSame && (shown?.page !== fresh || shown.place !== place)) setShown({ place, page: fresh });
  return { held, adopt };
}
