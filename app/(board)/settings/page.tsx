import type { Metadata } from 'next';
import { SettingsScreen } from '@/components/settings/settings-screen';
import { Forbidden } from '@/components/shell/forbidden';
import { may } from '@/lib/domain/access';
import { currentActor, getHost } from '@/lib/server';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const actor = await currentActor();
  return actor && may(getHost().accessOf(actor.role), 'administer') ? <SettingsScreen /> : <Forbidden needs="admin" />;
}
