'use client';
import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { z } from 'zod';
import { may } from '@/lib/domain/access';
import { goToSignIn } from '../api/sign-in-redirect';
import { ApiError, sentenceOf } from '../api/problem';
import { useMe } from '../shell/me';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';

const frameSchema = z.object({ url: z.string().regex(/^\/arena\//) });

/** Bull Arena in a frame that can reach neither our cookies nor our pages; its address is a short-lived capability. */
export function ArenaScreen() {
  const { role, access } = useMe();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['arena-frame'],
    queryFn: fetchFrame,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-11 flex-wrap items-center gap-x-3 border-b border-line px-3 py-1.5 md:px-4">
        <h1 className="text-base">Bull Arena</h1>
        <p className="text-xs text-ink-2">
          {may(access, 'operate')
            ? 'You may act here: retry, remove, add, pause. What you do is written to the audit log.'
            : `You may look around. Your role is ${role}; acting needs the role operator, so its buttons will be refused.`}
        </p>
        <Button size="sm" variant="ghost" className="ml-auto" disabled={isFetching} onClick={() => void refetch()}>
          <RotateCw size={13} aria-hidden /> Reload
        </Button>
      </header>
      {error && !data && (
        <Empty title="Arena cannot be opened">
          <p className="mb-3">{sentenceOf(error)}</p>
          <Button onClick={() => void refetch()}>Try again</Button>
        </Empty>
      )}
      {data && (
        <iframe
          key={data.url}
          src={data.url}
          title="Bull Arena"
          sandbox="allow-scripts allow-forms allow-modals"
          className="min-h-0 w-full flex-1 border-0 bg-white"
        />
      )}
    </div>
  );
}

async function fetchFrame(): Promise<{ url: string }> {
  const response = await fetch('/arena/frame', { headers: { accept: 'application/json' } });
  if (response.status === 401) goToSignIn();
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null));
  return frameSchema.parse(await response.json());
}
