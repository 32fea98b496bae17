'use client';
import { createContext, useContext, useState, type ReactNode } from 'react';
import type { TimeZoneChoice } from '../format/time';

export type Theme = 'system' | 'light' | 'dark';

type Preferences = {
  theme: Theme;
  setTheme(theme: Theme): void;
  zone: TimeZoneChoice;
  setZone(zone: TimeZoneChoice): void;
};

const PreferencesContext = createContext<Preferences | null>(null);

type Props = { initialTheme: Theme; initialZone: TimeZoneChoice; children: ReactNode };

/** Choices of this browser, kept in cookies so that the server draws the first frame right. */
export function PreferencesProvider({ initialTheme, initialZone, children }: Props) {
  const [theme, setThemeState] = useState(initialTheme);
  const [zone, setZoneState] = useState(initialZone);
  const setTheme = (next: Theme) => {
    remember('theme', next);
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
    setThemeState(next);
  };
  const setZone = (next: TimeZoneChoice) => {
    remember('zone', next);
    setZoneState(next);
  };
  return <PreferencesContext value={{ theme, setTheme, zone, setZone }}>{children}</PreferencesContext>;
}

export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext);
  if (!preferences) throw new Error('usePreferences needs a PreferencesProvider around it');
  return preferences;
}

function remember(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
