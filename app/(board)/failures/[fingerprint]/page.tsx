import type { Metadata } from 'next';
import { GroupScreen } from '@/components/failures/group-screen';

export const metadata: Metadata = { title: 'Failure' };

export default async function FailurePage({ params }: { params: Promise<{ fingerprint: string }> }) {
  const { fingerprint } = await params;
  return <GroupScreen fingerprint={fingerprint} />;
}
