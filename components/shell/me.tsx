'use client';
import { createContext, useContext, type ReactNode } from 'react';
import { may, type Right, type Role } from '@/lib/domain/permissions';

export type Me = { name: string; role: Role; environment: string | null };

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
  const { role } = useMe();
  if (may(role, right)) return null;
  return `Your role is ${role}. This needs the role ${right === 'operate' ? 'operator' : 'admin'}.`;
}
