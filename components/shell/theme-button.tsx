'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '../ui/button';
import { usePreferences, type Theme } from './preferences';

const NEXT: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };
const ICONS = { system: Monitor, dark: Moon, light: Sun } as const;

/** Goes round system, dark and light. */
export function ThemeButton() {
  const { theme, setTheme } = usePreferences();
  const Icon = ICONS[theme];
  return (
    <Button
      variant="ghost"
      size="icon"
      className="max-md:hidden"
      onClick={() => setTheme(NEXT[theme])}
      title={`Theme: ${theme}. Switch to ${NEXT[theme]}`}
      aria-label={`Theme: ${theme}. Switch to ${NEXT[theme]}`}
    >
      <Icon size={15} aria-hidden />
    </Button>
  );
}
