'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { z } from 'zod';
import { apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';

/** Ends a session below `path`; `endingId`: the one that is being ended. */
export function useEndSession(path: '/sessions' | '/me/sessions') {
  const client = useQueryClient();
  const { mutate, variables, isPending } = useMutation({
    mutationFn: (id: string) => apiSend('DELETE', `${path}/${encodeURIComponent(id)}`, undefined, z.object({})),
    onSuccess: () => toast.success('The session ends within 10 seconds'),
    onError: (failure) => toast.error('The session goes on', { description: sentenceOf(failure) }),
    onSettled: () =>
      Promise.all(['sessions', 'own-sessions', 'people'].map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
  return { end: mutate, endingId: isPending ? variables : null };
}
