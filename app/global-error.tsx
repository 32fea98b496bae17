'use client';
import { Crash } from '@/components/shell/crash';
import './globals.css';

type Props = { error: Error & { digest?: string }; reset(): void };

export default function GlobalError({ error, reset }: Props) {
  return (
    <html lang="en">
      <body>
        <main className="grid min-h-dvh place-items-center">
          <Crash error={error} retry={reset} />
        </main>
      </body>
    </html>
  );
}
