'use client';
import { Toaster as Sonner } from 'sonner';
import { usePreferences } from './preferences';

export function Toaster() {
  const { theme } = usePreferences();
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      closeButton
      toastOptions={{
        className: '!rounded-lg !border-line-strong !bg-raised !font-sans !text-sm !text-ink !shadow-pop',
        descriptionClassName: '!text-ink-2 [overflow-wrap:anywhere]',
      }}
    />
  );
}
