import {
  Bell,
  BookOpenCheck,
  Bug,
  CalendarClock,
  Cpu,
  DatabaseZap,
  History,
  LayoutGrid,
  ListChecks,
  PanelsTopLeft,
  Settings,
  type LucideIcon,
} from 'lucide-react';
import type { Right } from '@/lib/domain/permissions';

export type Screen = {
  href: string;
  name: string;
  Icon: LucideIcon;
  key: string;
  right: Right;
  /** It has a place of its own in the bar at the bottom of a phone; the others are behind "More". */
  isOnPhones?: true;
};

/** The screens of the rail, in its order. `key` follows `g`. */
export const SCREENS: readonly Screen[] = [
  { href: '/', name: 'Overview', Icon: LayoutGrid, key: 'o', right: 'view', isOnPhones: true },
  { href: '/failures', name: 'Failures', Icon: Bug, key: 'f', right: 'view', isOnPhones: true },
  { href: '/operations', name: 'Operations', Icon: ListChecks, key: 'p', right: 'view', isOnPhones: true },
  { href: '/schedulers', name: 'Schedulers', Icon: CalendarClock, key: 's', right: 'view' },
  { href: '/workers', name: 'Workers', Icon: Cpu, key: 'w', right: 'view' },
  { href: '/alerts', name: 'Alerts', Icon: Bell, key: 'a', right: 'view', isOnPhones: true },
  { href: '/timeline', name: 'Timeline', Icon: History, key: 't', right: 'view' },
  { href: '/brokers', name: 'Brokers', Icon: DatabaseZap, key: 'b', right: 'view' },
  { href: '/arena', name: 'Arena', Icon: PanelsTopLeft, key: 'r', right: 'view' },
  { href: '/audit', name: 'Audit', Icon: BookOpenCheck, key: 'u', right: 'administer' },
  { href: '/settings', name: 'Settings', Icon: Settings, key: 'e', right: 'administer' },
];

/** Whether `href` is the screen that `pathname` lies on; queues belong to the overview. */
export function isOn(href: string, pathname: string): boolean {
  return href === '/'
    ? pathname === '/' || pathname.startsWith('/queues/')
    : pathname === href || pathname.startsWith(`${href}/`);
}
