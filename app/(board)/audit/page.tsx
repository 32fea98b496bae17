import type { Metadata } from 'next';
import { AuditScreen } from '@/components/audit/audit-screen';
import { Forbidden } from '@/components/shell/forbidden';
import { may } from '@/lib/domain/access';
import { currentActor, getHost } from '@/lib/server';

export const metadata: Metadata = { title: 'Audit' };

export default async function AuditPage() {
  const actor = await currentActor();
  return actor && may(getHost().accessOf(actor.role), 'administer') ? <AuditScreen /> : <Forbidden needs="admin" />;
}
