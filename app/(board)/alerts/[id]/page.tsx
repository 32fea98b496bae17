import type { Metadata } from 'next';
import { IncidentScreen } from '@/components/alerts/incident-screen';

export const metadata: Metadata = { title: 'Incident' };

export default async function IncidentPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <IncidentScreen id={id} />;
}
