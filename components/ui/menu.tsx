'use client';
import type { ReactElement, ReactNode } from 'react';
import { DropdownMenu } from 'radix-ui';
import { cn } from './cn';

/** A button with a menu below it. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'end';
}) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="pop z-50 min-w-48 rounded-lg border border-line-strong bg-raised p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type ItemProps = {
  children: ReactNode;
  onSelect?(): void;
  disabled?: boolean;
  isDanger?: boolean;
  /** Why the item does nothing now; it stays reachable and says so below its name. */
  blockedBecause?: string | null;
};

export function MenuItem({ children, onSelect, disabled, isDanger, blockedBecause }: ItemProps) {
  if (blockedBecause)
    return (
      <DropdownMenu.Item
        aria-disabled
        onSelect={(event) => event.preventDefault()}
        className="max-w-72 cursor-not-allowed rounded-md px-2 py-1.5 outline-none select-none data-highlighted:bg-hover"
      >
        <span className="block text-sm text-ink-3">{children}</span>
        <span className="block text-xs text-ink-3">{blockedBecause}</span>
      </DropdownMenu.Item>
    );
  return (
    <DropdownMenu.Item
      {...(disabled === undefined ? {} : { disabled })}
      {...(onSelect ? { onSelect } : {})}
      className={cn(
        'flex h-8 cursor-default items-center gap-2 rounded-md px-2 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover',
        isDanger && 'text-crit',
      )}
    >
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="label px-2 py-1.5">{children}</DropdownMenu.Label>;
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
