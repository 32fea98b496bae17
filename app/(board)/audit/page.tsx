import type { Metadata } from 'next';
import { AuditScreen } from '@/components/audit/audit-screen';
import { Forbidden } from '@/components/shell/forbidden';
import { may } from '@/lib/domain/permissions';
import { currentActor } from '@/lib/server';

export const metadata: Metadata = { title: 'Audit' };

export default async function AuditPage() {
  const actor = await currentActor();
  return actor && may(actor.role, 'administer') ? <AuditScreen /> : <Forbidden needs="admin" />;
}
