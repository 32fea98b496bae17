import type { Metadata } from 'next';
import { FailuresScreen } from '@/components/failures/failures-screen';

export const metadata: Metadata = { title: 'Failures' };

export default function FailuresPage() {
  return <FailuresScreen />;
}
