import type { Metadata } from 'next';
import { SchedulersScreen } from '@/components/schedulers/schedulers-screen';

export const metadata: Metadata = { title: 'Schedulers' };

export default function SchedulersPage() {
  return <SchedulersScreen />;
}
