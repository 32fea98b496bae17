'use client';
import { Bug, RotateCw } from 'lucide-react';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';

type Props = { error: Error & { digest?: string }; retry(): void };

/** What is shown when drawing a screen failed: the rest goes on working. */
export function Crash({ error, retry }: Props) {
  // The page is older than the server: the parts that it asks for are gone, and only the newest page knows the new ones.
  if (/Failed to load chunk|ChunkLoadError|dynamically imported module/.test(`${error.name} ${error.message}`))
    return (
      <Empty icon={<RotateCw size={28} strokeWidth={1.5} />} title="Tailback was updated">
        <p className="mb-3">This page is of the version before. Nothing is lost by loading it anew.</p>
        <Button variant="primary" onClick={() => location.reload()}>
          Load the new one
        </Button>
      </Empty>
    );
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
