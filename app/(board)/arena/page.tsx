import type { Metadata } from 'next';
import { ArenaScreen } from '@/components/arena/arena-screen';

export const metadata: Metadata = { title: 'Arena' };

export default function ArenaPage() {
  return <ArenaScreen />;
}
