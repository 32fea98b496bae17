'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ApiError } from '../api/problem';
import { LiveProvider } from '../live/live-provider';
import { MeProvider, type Me } from './me';

/** Everything that the screens of a signed-in person share. */
export function BoardProviders({ me, children }: { me: Me; children: ReactNode }) {
  const [client] = useState(makeClient);
  return (
    <MeProvider me={me}>
      <QueryClientProvider client={client}>
        <LiveProvider>{children}</LiveProvider>
      </QueryClientProvider>
    </MeProvider>
  );
}

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1000,
        refetchOnWindowFocus: true,
        // What the server refused it will refuse again; only an answer that never came is asked for once more.
        retry: (count, error) => count < 1 && !(error instanceof ApiError && error.status < 500),
      },
      mutations: { retry: false },
    },
  });
}
