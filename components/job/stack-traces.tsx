'use client';
import { useState } from 'react';
import { visibleText } from '../format/visible-text';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { parseStack } from './parse-stack';

/** One trace an attempt, the last one open; own frames stand out. */
export function StackTraces({ stacks }: { stacks: readonly string[] }) {
  const [open, setOpen] = useState(stacks.length - 1);
  const stack = stacks[Math.min(open, stacks.length - 1)] ?? '';
  return (
    <>
      {stacks.length > 1 && (
        <div className="mb-1.5 flex flex-wrap gap-1">
          {stacks.map((_, index) => (
            <Button
              key={index}
              size="sm"
              variant={index === open ? 'plain' : 'ghost'}
              aria-pressed={index === open}
              onClick={() => setOpen(index)}
            >
              {index === stacks.length - 1 ? `Last (${index + 1})` : index + 1}
            </Button>
          ))}
        </div>
      )}
      <pre
        dir="ltr"
        className="max-h-96 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-[1.2rem]"
      >
        {parseStack(stack).map(({ text, kind }, index) => (
          <div
            key={index}
            className={cn(
              'whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]',
              kind === 'foreign' && 'text-ink-3',
              kind === 'own' && '-mx-3 border-l-2 border-accent bg-accent-soft px-[calc(0.75rem-2px)] font-medium',
            )}
          >
            {visibleText(text)}
          </div>
        ))}
      </pre>
    </>
  );
}
