import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { QueueScreen } from '@/components/queue/queue-screen';
import { visibleLine } from '@/components/format/visible-text';
import { fromQueueKey } from '@/lib/domain/queue-key';

type Props = { params: Promise<{ key: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = fromQueueKey((await params).key);
  return { title: id ? visibleLine(id.name).slice(0, 80) : 'Unknown queue' };
}

export default async function QueuePage({ params }: Props) {
  const { key } = await params;
  if (!fromQueueKey(key)) notFound();
  return <QueueScreen queueKey={key} />;
}
