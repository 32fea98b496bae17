import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { Toaster } from '@/components/shell/toaster';
import { TipProvider } from '@/components/ui/tooltip';
import { PreferencesProvider, type Theme } from '@/components/shell/preferences';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Tailback', template: '%s · Tailback' },
  robots: { index: false, follow: false },
};
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0e1218' },
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The nonce of the content security policy differs per request, so no page may be rendered ahead of it.
  await headers();
  const jar = await cookies();
  const theme = toTheme(jar.get('theme')?.value);
  return (
    <html lang="en" {...(theme === 'system' ? {} : { 'data-theme': theme })} suppressHydrationWarning>
      <body>
        <NuqsAdapter>
          <PreferencesProvider initialTheme={theme} initialZone={jar.get('zone')?.value === 'utc' ? 'utc' : 'local'}>
            <TipProvider delayDuration={250}>{children}</TipProvider>
            <Toaster />
          </PreferencesProvider>
        </NuqsAdapter>
      </body>
    </html>
  );
}

function toTheme(value: string | undefined): Theme {
  return value === 'dark' || value === 'light' ? value : 'system';
}
