'use client';
import { Pause, Play } from 'lucide-react';
import { formatRelative } from '../format/time';
import { freshnessOf } from '../live/freshness';
import { useLive, useLiveStore } from '../live/live-provider';
import type { LiveState } from '../live/live-store';
import { useNow } from '../live/use-now';
import { cn } from '../ui/cn';

/** `live · 1 s ago`, and the button that freezes the figures. */
export function LiveIndicator() {
  const store = useLiveStore();
  const state = useLive(whole);
  const now = useNow();
  const isPaused = state.pausedAt !== null;
  const { text, tone, beats } = describe(state, now);
  return (
    <button
      type="button"
      onClick={() => store.setPaused(!isPaused)}
      aria-pressed={isPaused}
      title={isPaused ? 'Show live figures again' : 'Freeze the figures on the screen'}
      className="group flex h-7 items-center gap-2 rounded-md border border-transparent px-2 text-xs text-ink-2 hover:border-line-strong hover:bg-hover"
    >
      <span aria-hidden className={cn('size-2 rounded-full', tone, beats && 'pulse-dot')} />
      <span suppressHydrationWarning className="whitespace-nowrap max-md:sr-only md:min-w-20 md:text-left">
        {text}
      </span>
      {isPaused ? (
        <Play size={13} aria-hidden />
      ) : (
        <Pause size={13} aria-hidden className="opacity-50 group-hover:opacity-100" />
      )}
      <span className="sr-only">{isPaused ? 'Resume updates' : 'Pause updates'}</span>
    </button>
  );
}

function describe(state: LiveState, now: number): { text: string; tone: string; beats: boolean } {
  if (state.pausedAt !== null)
    return { text: `frozen · ${formatRelative(state.pausedAt, now)}`, tone: 'bg-info', beats: false };
  if (state.at === null) return { text: 'connecting…', tone: 'bg-ink-3', beats: true };
  const age = formatRelative(state.lastEventAt, now);
  const fresh = freshnessOf(state, now);
  // News of the collector's silence keep coming in; what counts is from when the figures are.
  if (fresh.isStale)
    return { text: `stale · ${formatRelative(fresh.since ?? state.lastEventAt, now)}`, tone: 'bg-crit', beats: false };
  if (state.link.state !== 'open') return { text: `reconnecting · ${age}`, tone: 'bg-warn', beats: true };
  return { text: `live · ${age}`, tone: 'bg-ok', beats: true };
}

function whole(state: LiveState): LiveState {
  return state;
}
