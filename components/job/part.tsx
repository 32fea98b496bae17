import type { ReactNode } from 'react';

/** A titled part of what is known of a job; `extra` stands at the right end of its title. */
export function Part({ title, extra, children }: { title: ReactNode; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className="px-4 py-3">
      <div className="mb-1.5 flex min-h-6 flex-wrap items-center gap-2">
        <h3 className="label">{title}</h3>
        {extra && <span className="ml-auto flex flex-wrap items-center gap-1.5">{extra}</span>}
      </div>
      {children}
    </section>
  );
}
