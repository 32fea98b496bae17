'use client';
import { Keyboard, LogOut, Moon, ShieldAlert, UserRound } from 'lucide-react';
import { signOut } from 'next-auth/react';
import { useRouter } from 'next/navigation';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../ui/menu';
import { useMe } from './me';
import { usePreferences } from './preferences';
import { useFrame } from './frame-context';

/** Who is signed in, with the choices that are hidden on phones. */
export function PersonMenu() {
  const { name, role, canRaise, raised } = useMe();
  const { theme, setTheme, zone, setZone } = usePreferences();
  const { openHelp } = useFrame();
  const router = useRouter();
  return (
    <Menu
      trigger={
        <button
          type="button"
          title="Account menu"
          className="flex h-7 items-center gap-2 rounded-md px-1.5 text-xs text-ink-2 hover:bg-hover hover:text-ink"
        >
          <span aria-hidden className="grid size-5 place-items-center rounded-full bg-accent-soft text-accent">
            <UserRound size={12} />
          </span>
          <span className="max-w-40 truncate max-lg:sr-only">{name}</span>
          <span className="text-ink-3 max-lg:sr-only">{role}</span>
        </button>
      }
    >
      <MenuLabel>
        <span className="block max-w-56 truncate text-sm text-ink">{name}</span>
        {role}
      </MenuLabel>
      <MenuLine />
      <MenuItem onSelect={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
        <Moon size={14} /> {theme === 'dark' ? 'Light theme' : 'Dark theme'}
      </MenuItem>
      <MenuItem onSelect={() => setZone(zone === 'utc' ? 'local' : 'utc')}>
        <span className="grid w-3.5 place-items-center text-2xs">Z</span>{' '}
        {zone === 'utc' ? 'Times in my zone' : 'Times in UTC'}
      </MenuItem>
      <MenuItem onSelect={() => router.push('/account')}>
        <UserRound size={14} /> Your account
      </MenuItem>
      {canRaise && !raised && (
        <MenuItem onSelect={() => router.push('/account')}>
          <ShieldAlert size={14} /> Raise my role
        </MenuItem>
      )}
      <MenuItem onSelect={openHelp}>
        <Keyboard size={14} /> Keyboard shortcuts
      </MenuItem>
      <MenuLine />
      <MenuItem onSelect={() => void signOut({ callbackUrl: '/sign-in' })}>
        <LogOut size={14} /> Sign out
      </MenuItem>
    </Menu>
  );
}
