'use client';
import { KeyRound } from 'lucide-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import { z } from 'zod';
import { tokensSchema, type ApiToken } from '@/lib/domain/person';
import { apiGet, apiSend } from '../api/client';
import { sentenceOf } from '../api/problem';
import { Ago } from '../shell/time';
import { useNow } from '../live/use-now';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { Modal } from '../ui/dialog';
import { Empty } from '../ui/empty';
import { SkeletonRows } from '../ui/skeleton';
import { NewTokenDialog } from './new-token-dialog';
import { SecretOnce } from './secret-once';

/** Tokens of programs: who they are, what they may, when they were used last. */
export function TokensPanel() {
  const client = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const { data, error, isPending } = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => apiGet('/tokens', tokensSchema, { signal }),
  });
  const revoke = useMutation({
    mutationFn: ({ id }: ApiToken) => apiSend('DELETE', `/tokens/${id}`, undefined, z.object({ name: z.string() })),
    onSuccess: ({ name }) => toast.success(`The token “${name}” is revoked`),
    onError: (failure) => toast.error('The token was not revoked', { description: sentenceOf(failure) }),
    onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const tokens = data?.tokens ?? [];
  return (
    <section className="panel overflow-hidden" aria-label="Tokens">
      <header className="flex min-h-11 items-center gap-3 border-b border-line px-3 md:px-4">
        <h2 className="text-sm">Tokens</h2>
        <span className="text-xs text-ink-3">{data && tokens.length}</span>
        <Button className="ml-auto" onClick={() => setMaking(true)}>
          <KeyRound size={13} aria-hidden /> Make a token
        </Button>
      </header>
      {isPending && <SkeletonRows count={3} />}
      {error && !data && <Empty title="The tokens cannot be read">{sentenceOf(error)}</Empty>}
      {data && tokens.length === 0 && (
        <Empty title="No token yet">
          Programs call the API, and Prometheus reads <code className="font-mono">/metrics</code>, with{' '}
          <code className="font-mono">Authorization: Bearer …</code> and a token that has a role like a person has.
        </Empty>
      )}
      <ul className="divide-y divide-line" aria-label="Tokens of programs">
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
        ))}
      </ul>
      <NewTokenDialog open={isMaking} onClose={() => setMaking(false)} onMade={setMade} />
      <SecretOnce title="The new token" what="the token" secret={made} onClose={() => setMade(null)} />
      <Modal
        open={revoking !== null}
        onOpenChange={(open) => !open && setRevoking(null)}
        title={`Revoke the token “${revoking?.name ?? ''}”?`}
        description="Programs that use it are turned away from within 2 seconds. It cannot be brought back; a new one can be made."
        footer={
          <>
            <Button onClick={() => setRevoking(null)}>Keep it</Button>
            <Button
              variant="danger"
              autoFocus
              onClick={() => {
                if (revoking) revoke.mutate(revoking);
                setRevoking(null);
              }}
            >
              Revoke
            </Button>
          </>
        }
      />
    </section>
  );
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke(): void }) {
  const now = useNow();
  const { name, role, createdAt, createdBy, expiresAt, lastUsedAt, lastAddress } = token;
  const isOver = expiresAt !== null && expiresAt <= now;
  return (
    <li className="flex min-h-9 items-center gap-3 px-3 py-1 text-sm md:px-4">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="truncate font-medium">{name}</span>
          <Chip>{role}</Chip>
          {isOver && <Chip tone="warn">run out</Chip>}
        </p>
        <p className="text-xs text-ink-3">
          made <Ago at={createdAt} /> by {createdBy} ·{' '}
          {expiresAt === null ? (
            'no end'
          ) : (
            <>
              {isOver ? 'ran out' : 'ends'} <Ago at={expiresAt} />
            </>
          )}{' '}
          ·{' '}
          {lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <Ago at={lastUsedAt} /> from {lastAddress}
            </>
          )}
        </p>
      </div>
      <Button size="sm" variant="dangerGhost" onClick={onRevoke} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
    </li>
  );
}
