import type { ReactNode } from 'react';

/** A screen with its name and one line that says what it answers. */
export function Page({
  title,
  lead,
  extra,
  children,
}: {
  title: string;
  lead?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-[90rem] flex-col gap-3 p-3 md:p-4">
      <header className="flex flex-wrap items-end gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl tracking-tight">{title}</h1>
          {lead && <p className="text-sm text-ink-2">{lead}</p>}
        </div>
        {extra}
      </header>
      {children}
    </div>
  );
}

/** A titled panel. */
export function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className="panel overflow-hidden" aria-label={title}>
      <h2 className="flex h-9 items-center gap-2 border-b border-line px-3 text-sm md:px-4">
        {title}
        {count !== undefined && <span className="text-xs font-normal text-ink-3">{count}</span>}
      </h2>
      {children}
    </section>
  );
}
