import { QueueMissing } from '@/components/queue/queue-missing';

export default function BoardNotFound() {
  return <QueueMissing missing error={null} />;
}
