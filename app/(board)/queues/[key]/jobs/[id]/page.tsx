import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { JobScreen } from '@/components/job/job-screen';
import { visibleLine } from '@/components/format/visible-text';
import { fromJobSegment } from '@/lib/domain/job-segment';
import { fromQueueKey } from '@/lib/domain/queue-key';

type Props = { params: Promise<{ key: string; id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Job ${visibleLine(idOf((await params).id) ?? '').slice(0, 80)}` };
}

export default async function JobPage({ params }: Props) {
  const { key, id } = await params;
  const jobId = idOf(id);
  if (!fromQueueKey(key) || jobId === null) notFound();
  return <JobScreen queueKey={key} jobId={jobId} />;
}

/** Next hands the segment over as it stands in the address. */
function idOf(segment: string): string | null {
  try {
    return fromJobSegment(decodeURIComponent(segment));
  } catch {
    return null;
  }
}
