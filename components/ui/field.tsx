'use client';
import { useId, type ComponentProps } from 'react';
import { cn } from './cn';

type Shared = { label: string; error?: string | undefined; hint?: string | undefined };
const BOX = 'w-full rounded-md border bg-bg px-2 text-sm aria-invalid:border-crit';

/** A labelled input with its error below it. */
export function TextField({ label, error, hint, className, ...rest }: Shared & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="label mb-1 block">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={Boolean(error)}
        aria-describedby={`${id}h`}
        {...rest}
        className={cn(BOX, 'h-8 border-line-strong')}
      />
      <Below id={`${id}h`} error={error} hint={hint} />
    </div>
  );
}

export function TextArea({ label, error, hint, className, ...rest }: Shared & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="label mb-1 block">
        {label}
      </label>
      <textarea
        id={id}
        aria-invalid={Boolean(error)}
        aria-describedby={`${id}h`}
        spellCheck={false}
        {...rest}
        className={cn(BOX, 'border-line-strong py-1.5 font-mono text-xs')}
      />
      <Below id={`${id}h`} error={error} hint={hint} />
    </div>
  );
}

export function SelectField({ label, error, hint, className, ...rest }: Shared & ComponentProps<'select'>) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="label mb-1 block">
        {label}
      </label>
      <select id={id} {...rest} className={cn(BOX, 'h-8 border-line-strong')} />
      <Below id={`${id}h`} error={error} hint={hint} />
    </div>
  );
}

function Below({ id, error, hint }: { id: string; error: string | undefined; hint: string | undefined }) {
  return (
    <p id={id} className={cn('mt-0.5 text-xs empty:hidden', error ? 'text-crit' : 'text-ink-3')}>
      {error ?? hint}
    </p>
  );
}
