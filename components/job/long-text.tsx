'use client';
import { useState } from 'react';
import { formatBytes } from '../format/number';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { JobBlock } from '../ui/job-text';

const MAX_CHARS = 600;
const MAX_LINES = 8;

/** Text of a job that may be of any length: its beginning, the rest when asked for. */
export function LongText({ children, className }: { children: string; className?: string }) {
  const [isOpen, setOpen] = useState(false);
  const start = children.split('\n', MAX_LINES).join('\n').slice(0, MAX_CHARS);
  const isLong = start.length < children.length;
  return (
    <>
      <JobBlock className={cn('max-h-96 overflow-y-auto', className)}>
        {isOpen || !isLong ? children : `${start}…`}
      </JobBlock>
      {isLong && (
        <Button size="sm" variant="ghost" className="mt-1" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show the beginning only' : `Show all ${formatBytes(children.length)}`}
        </Button>
      )}
    </>
  );
}
