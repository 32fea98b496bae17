import { compilePatterns, compileSourcePatterns, compileText } from '../domain/pattern';
import type { Silence, SilenceWindow } from '../domain/silence';
import { nextOfPattern, previousOfPattern } from '../schedules/next-runs';
import { queueOfKey, sourceKey, type AlertCase } from './alert-case';
import { rankOf } from './group';

export type OpenWindow = { from: number; to: number };

/** The window that is open at `now` (ms), `null` when none is. A pattern that cannot be read opens none. */
export function openWindow({ window, endedAt }: Pick<Silence, 'window' | 'endedAt'>, now: number): OpenWindow | null {
  if (endedAt !== null && now >= endedAt) return null;
  const found = window.kind === 'once' ? window : lastWindow(window, now);
  if (!found || now < found.from || now >= found.to) return null;
  return { from: found.from, to: found.to };
}

/** The window that is open, or comes next; `null` when it is over for good. */
export function nextWindow(silence: Pick<Silence, 'window' | 'endedAt'>, now: number): OpenWindow | null {
  const open = openWindow(silence, now);
  if (open) return open;
  const { window, endedAt } = silence;
  if (endedAt !== null && now >= endedAt) return null;
  if (window.kind === 'once') return window.from > now ? { from: window.from, to: window.to } : null;
  try {
    const from = nextOfPattern(window.pattern, window.timeZone, now);
    if (from === null || (window.to !== undefined && from >= window.to)) return null;
    return { from, to: Math.min(from + window.minutes * 60_000, window.to ?? Infinity) };
  } catch {
    return null;
  }
}

function lastWindow(window: SilenceWindow & { kind: 'cron' }, now: number): OpenWindow | null {
  try {
    const from = previousOfPattern(window.pattern, window.timeZone, now + 1);
    return from === null ? null : { from, to: Math.min(from + window.minutes * 60_000, window.to ?? Infinity) };
  } catch {
    return null;
  }
}

type CompiledSilence = { silence: Silence; until: number; meets: (one: AlertCase) => boolean };

/** What is silent at `now`: for a case, the silence that lasts longest. */
export function compileSilences(
  silences: readonly Silence[],
  now: number,
): (one: AlertCase) => { id: string; until: number } | null {
  const active: CompiledSilence[] = silences.flatMap((silence) => {
    const open = openWindow(silence, now);
    return open
      ? [{ silence, until: Math.min(open.to, silence.endedAt ?? Infinity), meets: compileSilence(silence) }]
      : [];
  });
  active.sort((a, b) => b.until - a.until);
  return (one) => {
    const found = active.find(({ meets }) => meets(one));
    return found ? { id: found.silence.id, until: found.until } : null;
  };
}

function compileSilence({ queues, except, rules, upTo }: Silence): (one: AlertCase) => boolean {
  const meetsQueue = compilePatterns(queues, except);
  const meetsSource = compileSourcePatterns(queues, except);
  const meetsRule = rules?.map(compileText);
  return ({ queueKey, source, rule, severity }) => {
    if (upTo !== undefined && rankOf(severity) > rankOf(upTo)) return false;
    if (meetsRule && !meetsRule.some((meets) => meets(rule))) return false;
    if (queueKey === sourceKey(source)) return meetsSource(source);
    const id = queueOfKey(queueKey);
    return id !== null && meetsQueue(id);
  };
}
