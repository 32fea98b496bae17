import type { ReactNode } from 'react';

/** What stands where a list has nothing: what it means, then what to do. */
export function Empty({ icon, title, children }: { icon?: ReactNode; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      {icon && <div className="text-ink-3">{icon}</div>}
      <p className="text-base font-medium">{title}</p>
      {children && <div className="max-w-prose text-sm text-ink-2">{children}</div>}
    </div>
  );
}
