'use client';
import { useEffect, useRef } from 'react';

/** Keys by their name: `j`, `/`, `?`, `Escape`, `mod+k` (⌘ or Ctrl), or two in a row: `g o`. */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

const SEQUENCE_MS = 1200;

/** Listens on the page; keys typed into a field or under an open dialog are left alone, except those with `mod`. */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const { key } = event;
      if (event.metaKey || event.ctrlKey) {
        run(latest.current[`mod+${key.toLowerCase()}`], event);
        return;
      }
      if (isTyping(event.target) || document.querySelector('[data-modal][data-state="open"]')) return;
      const sequence =
        first && event.timeStamp - first.at < SEQUENCE_MS ? latest.current[`${first.key} ${key}`] : undefined;
      first = { key, at: event.timeStamp };
      run(sequence ?? latest.current[key], event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function run(handler: ((event: KeyboardEvent) => void) | undefined, event: KeyboardEvent): void {
  if (!handler) return;
  event.preventDefault();
  handler(event);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
