'use client';
import { useRouter } from 'next/navigation';
import { useMemo, useState, type ReactNode } from 'react';
import { may } from '@/lib/domain/access';
import { OperationLayer } from '../operations/operation-tray';
import { FrameContext } from './frame-context';
import { HelpDialog } from './help-dialog';
import { useMe } from './me';
import { NoticeBars } from './notice-bars';
import { Palette } from './palette';
import { Rail } from './rail';
import { SCREENS } from './screens';
import { TitleBadge } from './title-badge';
import { TopBar } from './top-bar';
import { useHotkeys } from './use-hotkeys';
import { useScrollMemory } from './use-scroll-memory';

/** Rail, top bar, banners and keyboard around every screen. */
export function Frame({ children }: { children: ReactNode }) {
  const router = useRouter();
  const { access } = useMe();
  const main = useScrollMemory();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const controls = useMemo(() => ({ openHelp: () => setHelpOpen(true), openPalette: () => setPaletteOpen(true) }), []);

  useHotkeys({
    'mod+k': () => setPaletteOpen((isOpen) => !isOpen),
    '?': controls.openHelp,
    '/': () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
    ...Object.fromEntries(
      SCREENS.filter(({ right }) => may(access, right)).map(({ key, href }) => [`g ${key}`, () => router.push(href)]),
    ),
  });

  return (
    <FrameContext value={controls}>
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-1.5 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="flex h-dvh flex-col overflow-hidden md:flex-row">
        <Rail />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <TopBar onSearch={controls.openPalette} />
          <NoticeBars />
          <main
            ref={main}
            id="main"
            tabIndex={0}
            className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto [scrollbar-gutter:stable]"
          >
            {children}
          </main>
          <OperationLayer />
        </div>
      </div>
      <TitleBadge />
      <Palette open={isPaletteOpen} onOpenChange={setPaletteOpen} />
      <HelpDialog open={isHelpOpen} onOpenChange={setHelpOpen} />
    </FrameContext>
  );
}
