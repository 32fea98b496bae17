'use client';
import { Toaster as Sonner } from 'sonner';
import { usePreferences } from './preferences';

export function Toaster() {
  const { theme } = usePreferences();
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      // Above the lines of operations under way, whose buttons stand in that corner, and on phones above the navigation.
      offset={{ bottom: 112, right: 16 }}
      mobileOffset={{ bottom: 176 }}
      closeButton
      toastOptions={{
        className: '!rounded-lg !border-line-strong !bg-raised !font-sans !text-sm !text-ink !shadow-pop',
        descriptionClassName: '!text-ink-2 [overflow-wrap:anywhere]',
      }}
    />
  );
}
