'use client';
import { useQuery } from '@tanstack/react-query';
import { sessionsSchema } from '@/lib/domain/person';
import { apiGet } from '../api/client';
import { sentenceOf } from '../api/problem';
import { Modal } from '../ui/dialog';
import { SkeletonRows } from '../ui/skeleton';
import { SessionList } from './session-list';
import { useEndSession } from './use-end-session';

/** Where a person is signed in, each session with its end. */
export function SessionsDialog({ email, onClose }: { email: string | null; onClose(): void }) {
  const { data, error } = useQuery({
    queryKey: ['sessions', email],
    enabled: email !== null,
    queryFn: ({ signal }) => apiGet(`/people/${encodeURIComponent(email ?? '')}/sessions`, sessionsSchema, { signal }),
  });
  const { end, endingId } = useEndSession('/sessions');
  return (
    <Modal
      open={email !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Sessions of ${email ?? ''}`}
      description="Signed in and not ended. A session runs out 12 hours after its last use."
    >
      {error ? <p className="text-sm text-crit">{sentenceOf(error)}</p> : null}
      {!data && !error && <SkeletonRows count={2} />}
      {data && <SessionList sessions={data.sessions} endingId={endingId} onEnd={end} />}
    </Modal>
  );
}
