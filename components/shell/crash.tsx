'use client';
import { Bug } from 'lucide-react';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';

type Props = { error: Error & { digest?: string }; retry(): void };

/** What is shown when drawing a screen failed: the rest goes on working. */
export function Crash({ error, retry }: Props) {
  return (
    <Empty icon={<Bug size={28} strokeWidth={1.5} />} title="This screen could not be drawn">
      <p>
        The queues are not affected, and the other screens still work. Try again; if it happens each time, report the
        line below.
      </p>
      <p className="my-3 rounded-md bg-sunken px-3 py-2 font-mono text-xs [overflow-wrap:anywhere]">
        {error.message}
        {error.digest && ` (${error.digest})`}
      </p>
      <Button variant="primary" onClick={retry}>
        Try again
      </Button>
    </Empty>
  );
}
