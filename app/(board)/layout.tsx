import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { BoardProviders } from '@/components/shell/board-providers';
import { Frame } from '@/components/shell/frame';
import { choicesOf } from '@/lib/domain/elevation';
import { currentActor, getHost } from '@/lib/server';

export default async function BoardLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor();
  if (!actor) redirect('/sign-in');
  const host = getHost();
  return (
    <BoardProviders
      me={{
        name: actor.name,
        role: actor.role,
        access: host.accessOf(actor.role),
        environment: host.config.environment,
        readOnlyReason: host.config.readOnlyReason,
        raised: actor.raised ?? null,
        canRaise: choicesOf(host.config.elevations, actor.raised?.from ?? actor.role).length > 0,
      }}
    >
      <Frame>{children}</Frame>
    </BoardProviders>
  );
}
