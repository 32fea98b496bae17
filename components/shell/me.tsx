'use client';
import { createContext, useContext, type ReactNode } from 'react';
import { canDo, whyNot, type Access } from '@/lib/domain/access';
import type { Actor, Right, Role } from '@/lib/domain/permissions';
import type { QueueId } from '@/lib/domain/queue';

export type Me = {
  name: string;
  role: Role;
  access: Access;
  environment: string | null;
  /** Why nothing is written to any source; `null`: it may be. */
  readOnlyReason: string | null;
  /** Where the role is raised for some minutes. */
  raised: Actor['raised'] | null;
  /** Whether the role can be raised. */
  canRaise: boolean;
};

const MeContext = createContext<Me | null>(null);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** Who is signed in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe needs a MeProvider around it');
  return me;
}

/** `null` when the person may, else the reason to show on the button that is off. The server decides again. */
export function useWhyNot(right: Right): string | null {
  return whyNot(useMe().access, right);
}

/** The same for one queue: whether the role may do `action` there, or anything when none is named. */
export function useWhyNotHere(queue: QueueId | undefined, action?: string): string | null {
  const { role, access } = useMe();
  const reason = whyNot(access, 'operate');
  if (reason !== null || queue === undefined || canDo(access, queue, action)) return reason;
  return `Your role is ${role}, which may not ${action ?? 'do anything to this queue'}${action === undefined ? '' : ' here'}.`;
}
