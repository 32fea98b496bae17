'use client';
import { useState } from 'react';
import { plural } from '../format/number';
import { visibleText } from '../format/visible-text';
import { cn } from '../ui/cn';
import { foldStack, parseStack } from './parse-stack';

/** Lines of one stack that are put into the page; the rest can be copied. */
const MAX_LINES = 2_000;

/** One stack: own frames stand out, frames of libraries in a row are one line until they are opened. */
export function StackTrace({ stack }: { stack: string }) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const lines = parseStack(stack);
  const parts = foldStack(lines.slice(0, MAX_LINES));
  return (
    <pre dir="ltr" className="max-h-96 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-[1.2rem]">
      {parts.map((part) =>
        part.isFolded && !opened.has(part.from) ? (
          <button
            key={part.from}
            type="button"
            aria-expanded={false}
            className="link block w-full text-left text-ink-3 hover:text-ink"
            onClick={() => setOpened(new Set([...opened, part.from]))}
          >
            {'    '}… {plural(part.lines.length, 'frame')} of libraries
          </button>
        ) : (
          part.lines.map(({ text, kind }, index) => (
            <div
              key={part.from + index}
              className={cn(
                'whitespace-pre-wrap [overflow-wrap:anywhere] [unicode-bidi:isolate]',
                kind === 'foreign' && 'text-ink-3',
                kind === 'own' && '-mx-3 border-l-2 border-accent bg-accent-soft px-[calc(0.75rem-2px)] font-medium',
              )}
            >
              {visibleText(text)}
            </div>
          ))
        ),
      )}
      {lines.length > MAX_LINES && <div className="text-ink-3">… {plural(lines.length - MAX_LINES, 'more line')}</div>}
    </pre>
  );
}
