'use client';
import { Ellipsis } from 'lucide-react';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { may } from '@/lib/domain/access';
import { useLive } from '../live/live-provider';
import { cn } from '../ui/cn';
import { Logo } from '../ui/logo';
import { Menu, MenuItem } from '../ui/menu';
import { useMe } from './me';
import { isOn, SCREENS, type Screen } from './screens';

/** The left rail; words from 1280 px on, icons below, a bar at the bottom on phones. */
export function Rail() {
  const pathname = usePathname();
  const { access } = useMe();
  const firing = useLive(countFiring);
  const screens = SCREENS.filter((screen) => may(access, screen.right));
  return (
    <nav
      aria-label="Screens"
      className="z-30 flex shrink-0 border-line bg-panel max-md:order-last max-md:h-14 max-md:border-t max-md:pb-[env(safe-area-inset-bottom)] md:w-13 md:flex-col md:border-r xl:w-44"
    >
      <Link href="/" aria-label="Tailback, overview" className="flex h-12 items-center gap-2.5 px-4 max-md:hidden">
        <Logo />
        <span className="text-[0.9375rem] font-semibold tracking-tight max-xl:hidden">Tailback</span>
      </Link>
      <ul className="flex flex-1 gap-0.5 max-md:justify-around max-md:px-1 md:flex-col md:p-2">
        {screens.map((screen) => (
          <li key={screen.href} className={screen.isOnPhones ? 'max-md:flex-1' : 'max-md:hidden'}>
            <RailLink
              screen={screen}
              isCurrent={isOn(screen.href, pathname)}
              badge={screen.href === '/alerts' ? firing : 0}
            />
          </li>
        ))}
        <li className="flex-1 md:hidden">
          <MoreScreens screens={screens.filter(({ isOnPhones }) => !isOnPhones)} pathname={pathname} />
        </li>
      </ul>
    </nav>
  );
}

/** On phones: the screens without a place of their own; its name is that of the one that is open. */
function MoreScreens({ screens, pathname }: { screens: readonly Screen[]; pathname: string }) {
  const router = useRouter();
  const current = screens.find(({ href }) => isOn(href, pathname));
  const Icon = current?.Icon ?? Ellipsis;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={current ? `More screens, now ${current.name}` : 'More screens'}
          className={cn(
            'flex h-full w-full flex-col items-center justify-center gap-0.5 rounded-md text-2xs',
            current ? 'font-medium text-accent' : 'text-ink-2',
          )}
        >
          <Icon size={17} strokeWidth={1.75} aria-hidden className="shrink-0" />
          <span>{current?.name ?? 'More'}</span>
        </button>
      }
    >
      {screens.map(({ href, name, Icon: ItemIcon }) => (
        <MenuItem key={href} onSelect={() => router.push(href)}>
          <ItemIcon size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-ink-2" />
          {name}
        </MenuItem>
      ))}
    </Menu>
  );
}

function RailLink({
  screen: { href, name, Icon, key },
  isCurrent,
  badge,
}: {
  screen: Screen;
  isCurrent: boolean;
  badge: number;
}) {
  return (
    <Link
      href={href}
      title={`${name}  (g ${key})`}
      aria-current={isCurrent ? 'page' : undefined}
      className={cn(
        'relative flex items-center rounded-md text-sm max-md:h-full max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:text-2xs md:h-8 md:gap-2.5 md:px-2.5',
        isCurrent
          ? 'bg-accent-soft font-medium text-accent max-md:bg-transparent'
          : 'text-ink-2 hover:bg-hover hover:text-ink',
      )}
    >
      <Icon size={17} strokeWidth={1.75} aria-hidden className="shrink-0" />
      <span className="md:max-xl:sr-only">{name}</span>
      {badge > 0 && (
        <span className="grid h-4 min-w-4 place-items-center rounded-full bg-crit-solid px-1 text-[0.625rem] leading-none font-semibold text-white max-xl:absolute max-xl:top-0.5 max-xl:right-0.5 max-md:right-[calc(50%-1.25rem)] xl:ml-auto">
          {badge}
          <span className="sr-only"> firing</span>
        </span>
      )}
    </Link>
  );
}

function countFiring({ alerts }: { alerts: { incidents: { state: string }[] } | null }): number {
  return alerts?.incidents.filter(({ state }) => state === 'firing').length ?? 0;
}
