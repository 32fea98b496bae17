'use client';
import type { ReactElement, ReactNode } from 'react';
import { Tooltip } from 'radix-ui';

type Props = { text: ReactNode; children: ReactElement; side?: 'top' | 'right' | 'bottom' | 'left' };

/** A hint on hover and focus. `children` must be one element that takes a ref. */
export function Tip({ text, children, side = 'top' }: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={5}
          collisionPadding={8}
          className="pop z-60 max-w-80 rounded-md border border-line-strong bg-raised px-2 py-1 text-xs text-ink shadow-pop [overflow-wrap:anywhere]"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export const TipProvider = Tooltip.Provider;
