'use client';
import type { ReactNode } from 'react';
import { Dialog } from 'radix-ui';
import { X } from 'lucide-react';
import { cn } from './cn';

type Props = {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: ReactNode;
  /** One sentence below the title; read to screen readers with it. */
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  className?: string;
};

/** A modal dialog with a title, a body that scrolls and a footer of buttons. */
export function Modal({ open, onOpenChange, title, description, children, footer, className }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[rgb(4_7_11/0.55)]" />
        <Dialog.Content
          data-modal=""
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cn(
            'pop fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[min(32rem,calc(100vw-1.5rem))] -translate-x-1/2 flex-col',
            'rounded-lg border border-line-strong bg-panel shadow-pop',
            className,
          )}
        >
          <div className="flex items-start gap-3 px-4 pt-3.5 pb-2">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-base font-semibold [overflow-wrap:anywhere]">{title}</Dialog.Title>
              {description && (
                <Dialog.Description className="mt-1 text-sm text-ink-2 [overflow-wrap:anywhere]">
                  {description}
                </Dialog.Description>
              )}
            </div>
            <Dialog.Close className="-mr-1 rounded-md p-1 text-ink-3 hover:bg-hover hover:text-ink" aria-label="Close">
              <X size={16} />
            </Dialog.Close>
          </div>
          {children && <div className="min-h-0 overflow-y-auto px-4 py-2">{children}</div>}
          {footer && <div className="flex flex-wrap justify-end gap-2 px-4 pt-2 pb-4">{footer}</div>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
