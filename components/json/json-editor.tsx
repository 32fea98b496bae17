'use client';
import dynamic from 'next/dynamic';
import { useId } from 'react';
import { cn } from '../ui/cn';
import { checkJson } from './check-json';

const CodeEditor = dynamic(() => import('./code-editor').then(({ CodeEditor: editor }) => editor), {
  ssr: false,
  loading: () => <div aria-hidden className="h-36 bg-sunken" />,
});

type Props = {
  label: string;
  value: string;
  onChange(text: string): void;
  /** A fault that the server found. */
  error?: string | undefined;
};

/** A field for JSON that is checked at each key: what is wrong stands below it, with its line. */
export function JsonEditor({ label, value, onChange, error }: Props) {
  const id = useId();
  const checked = checkJson(value);
  const isFaulty = checked.fault !== null;
  const note = checked.fault
    ? `${checked.fault.line === null ? '' : `Line ${checked.fault.line}: `}${checked.fault.message}`
    : (error ?? checked.warning);
  return (
    <div>
      <div id={id} className="label mb-1">
        {label}
      </div>
      <div
        className={cn(
          'overflow-hidden rounded-md border bg-bg focus-within:border-accent',
          isFaulty || error ? 'border-crit' : 'border-line-strong',
        )}
      >
        <CodeEditor label={label} noteId={`${id}n`} value={value} onChange={onChange} isFaulty={isFaulty} />
      </div>
      <p
        id={`${id}n`}
        aria-live="polite"
        className={cn('mt-0.5 min-h-4 text-xs', isFaulty || error ? 'text-crit' : note ? 'text-warn' : 'text-ink-3')}
      >
        {note ?? 'Valid JSON'}
      </p>
    </div>
  );
}
