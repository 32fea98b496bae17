import { Clock } from '../shell/time';

/** Says that an open job has gone away, and how old is what is shown of it. */
export function GoneNote({ since }: { since: number }) {
  return (
    <p role="status" className="border-b border-line bg-warn-soft px-4 py-2 text-sm">
      This job is no longer in the broker: it was removed, or its queue keeps no more of its kind. Noticed{' '}
      <Clock at={since} />. Below is what was last known of it; payloads that were not read are lost.
    </p>
  );
}
