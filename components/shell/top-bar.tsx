'use client';
import { Search } from 'lucide-react';
import { Chip } from '../ui/chip';
import { Logo } from '../ui/logo';
import { Tip } from '../ui/tooltip';
import { LiveIndicator } from './live-indicator';
import { useMe } from './me';
import { PersonMenu } from './person-menu';
import { RaisedBadge } from './raised-badge';
import { ThemeButton } from './theme-button';
import { ZoneButton } from './zone-button';

/** What stands at the top of every screen. */
export function TopBar({ onSearch }: { onSearch(): void }) {
  const { environment, readOnlyReason } = useMe();
  return (
    <header className="z-20 flex h-12 shrink-0 items-center gap-1.5 border-b border-line bg-panel px-3 md:px-4">
      <span className="pr-1 md:hidden">
        <Logo />
      </span>
      {environment && (
        <Chip tone={/^prod/i.test(environment) ? 'solid' : 'plain'} className="max-w-40 tracking-wide uppercase">
          {environment}
        </Chip>
      )}
      {readOnlyReason !== null && (
        <Tip text={`${readOnlyReason}. Queues are watched; nothing can be done to them or their jobs.`}>
          <span tabIndex={0}>
            <Chip tone="info">read-only</Chip>
          </span>
        </Tip>
      )}
      <button
        type="button"
        onClick={onSearch}
        className="ml-1 flex h-7 items-center gap-2 rounded-md border border-line-strong bg-bg px-2 text-xs text-ink-3 hover:text-ink max-md:border-transparent max-md:bg-transparent md:w-64"
      >
        <Search size={14} aria-hidden />
        <span className="max-md:sr-only">Go to a queue or screen</span>
        <kbd className="ml-auto max-md:hidden" suppressHydrationWarning>
          {isMac() ? '⌘K' : 'Ctrl K'}
        </kbd>
      </button>
      <div className="ml-auto flex items-center gap-0.5">
        <RaisedBadge />
        <LiveIndicator />
        <ZoneButton />
        <ThemeButton />
        <PersonMenu />
      </div>
    </header>
  );
}

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);
}
