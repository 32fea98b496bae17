'use client';
import { cn } from '../ui/cn';
import { SeverityIcon } from './severity';
import { noticesOf } from '../live/notices';
import { useLive } from '../live/live-provider';
import type { LiveState } from '../live/live-store';
import { useNow } from '../live/use-now';
import { Lasting } from './lasting';

const MAX_SHOWN = 3;

/** Banners about the watching itself, on every screen. */
export function NoticeBars() {
  const state = useLive((current: LiveState) => current);
  const now = useNow();
  const notices = now === 0 ? [] : noticesOf(state, now);
  return (
    <div role="status" aria-live="polite" className="shrink-0">
      {notices.slice(0, MAX_SHOWN).map(({ id, severity, title, meaning, advice, since, error }) => (
        <div
          key={id}
          className={cn(
            'flex items-start gap-2.5 border-b px-3 py-2 text-sm md:px-4',
            severity === 'critical' ? 'border-crit/30 bg-crit-soft' : 'border-warn/30 bg-warn-soft',
          )}
        >
          <span className="mt-0.5">
            <SeverityIcon severity={severity} />
          </span>
          <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
            <strong className="font-semibold">{title}</strong>
            {since !== null && (
              <span className="text-ink-2">
                {' '}
                <Lasting since={since} />
              </span>
            )}
            . <span className="text-ink-2">{meaning}</span> <span className="text-ink-2 max-md:hidden">{advice}</span>
            {error && <code className="ml-1 font-mono text-xs text-ink-2">{error}</code>}
          </p>
        </div>
      ))}
      {notices.length > MAX_SHOWN && (
        <p className="border-b border-line bg-panel px-4 py-1 text-xs text-ink-2">
          and {notices.length - MAX_SHOWN} more, see Brokers
        </p>
      )}
    </div>
  );
}
