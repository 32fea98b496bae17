'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { z } from 'zod';
import { sessionsSchema } from '@/lib/domain/person';
import { apiGet, apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';
import { Modal } from '../ui/dialog';
import { SkeletonRows } from '../ui/skeleton';
import { SessionList } from './session-list';

/** Where a person is signed in, each session with its end. */
export function SessionsDialog({ email, onClose }: { email: string | null; onClose(): void }) {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['sessions', email],
    enabled: email !== null,
    queryFn: ({ signal }) => apiGet(`/people/${encodeURIComponent(email ?? '')}/sessions`, sessionsSchema, { signal }),
  });
  const { mutate, variables, isPending } = useMutation({
    mutationFn: (id: string) => apiSend('DELETE', `/sessions/${encodeURIComponent(id)}`, undefined, z.object({})),
    onSuccess: () => toast.success('The session ends within 10 seconds'),
    onError: (failure) => toast.error('The session goes on', { description: sentenceOf(failure) }),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ['sessions'] });
      await client.invalidateQueries({ queryKey: ['people'] });
    },
  });
  return (
    <Modal
      open={email !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Sessions of ${email ?? ''}`}
      description="Signed in and not ended. A session runs out 12 hours after its last use."
    >
      {error ? <p className="text-sm text-crit">{sentenceOf(error)}</p> : null}
      {!data && !error && <SkeletonRows count={2} />}
      {data && (
        <SessionList sessions={data.sessions} endingId={isPending ? variables : null} onEnd={(id) => mutate(id)} />
      )}
    </Modal>
  );
}
