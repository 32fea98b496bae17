import type { Metadata } from 'next';
import { BrokersScreen } from '@/components/brokers/brokers-screen';

export const metadata: Metadata = { title: 'Brokers' };

export default function BrokersPage() {
  return <BrokersScreen />;
}
