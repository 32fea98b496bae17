'use client';
import type { ReactNode } from 'react';
import { Dialog } from 'radix-ui';

type Props = { open: boolean; onClose(): void; label: string; children: ReactNode };

/** A panel at the right edge that leaves the list behind it usable: nothing is dimmed or locked. */
export function Drawer({ open, onClose, label, children }: Props) {
  return (
    <Dialog.Root open={open} modal={false} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          onOpenAutoFocus={(event) => event.preventDefault()}
          className="slide-in fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l border-line-strong bg-panel shadow-pop md:w-[min(46rem,58vw)]"
        >
          <Dialog.Title className="sr-only">{label}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
