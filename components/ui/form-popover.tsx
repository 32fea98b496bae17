'use client';
import { Popover } from 'radix-ui';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from './button';
import { cn } from './cn';

type Props = {
  label: string;
  /** The button that opens it. */
  trigger: ReactNode;
  submitLabel: string;
  /** Why the form cannot be sent as it is. */
  problem: string | null;
  className?: string;
  /** Called when it opens, to fill the fields. */
  onOpen(): void;
  /** Called for a form without a problem; it closes. */
  onSubmit(): void;
  children: ReactNode;
};

/** A small form that hangs below its button. */
export function FormPopover({ label, trigger, submitLabel, problem, className, onOpen, onSubmit, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const open = (next: boolean) => {
    if (next) onOpen();
    setOpen(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== null) return;
    onSubmit();
    setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={open}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className={cn('pop z-50 w-64 rounded-lg border border-line-strong bg-raised p-3 shadow-pop', className)}
        >
          <form onSubmit={submit} className="flex flex-col gap-2">
            {children}
            <Button type="submit" variant="primary" className="self-end" blockedBecause={problem}>
              {submitLabel}
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
