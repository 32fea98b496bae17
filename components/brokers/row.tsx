import type { ReactNode } from 'react';

/** One fact of a broker's list of facts. */
export function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="flex min-h-8 items-center text-ink-3">{name}</dt>
      <dd className="flex min-h-8 min-w-0 items-center">
        <span className="min-w-0">{children}</span>
      </dd>
    </>
  );
}
