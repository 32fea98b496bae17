'use client';
import { isPageFocused } from '../shell/is-page-focused';
import { useHotkeys } from '../shell/use-hotkeys';

type Options = {
  ids: readonly string[];
  cursorId: string | null;
  openId: string | null;
  onMove(id: string | null): void;
  onOpen(id: string, options?: { history: 'replace' }): void;
  onChoose(id: string, isRange: boolean): void;
  onRetry(id: string | undefined): void;
  onEscape(): void;
};

/** The keyboard of a list. Answers the row under the cursor, which is known by its id: rows above it come and go. */
export function useListKeys({ ids, cursorId, openId, onMove, onOpen, onChoose, onRetry, onEscape }: Options): number {
  const row = cursorId === null ? -1 : ids.indexOf(cursorId);
  const id = ids[row];
  const move = (step: number) => {
    const next = Math.max(0, Math.min(ids.length - 1, row + step));
    const to = ids[next];
    onMove(to ?? null);
    document.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' });
    if (openId !== null && to !== undefined) onOpen(to, { history: 'replace' });
  };
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => id !== undefined && onChoose(id, false),
    X: () => id !== undefined && onChoose(id, true),
    r: () => onRetry(id),
    Enter: () => isPageFocused() && id !== undefined && onOpen(id),
    Escape: onEscape,
  });
  return row;
}
