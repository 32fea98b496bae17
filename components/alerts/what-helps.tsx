'use client';
import Link from 'next/link';
import type { Incident } from '@/lib/domain/incident';
import { useLive } from '../live/live-provider';
import { JobLine } from '../ui/job-text';

/** What the diagnosis advises now for the queue that an incident began with; nothing once it has no verdict any more. */
export function WhatHelps({ incident: { cause } }: { incident: Incident }) {
  const queue = useLive((state) => (cause.queueKey === null ? undefined : state.byKey.get(cause.queueKey)));
  const verdicts = queue?.verdicts ?? [];
  const verdict = verdicts.find(({ code }) => code === cause.code) ?? verdicts[0];
  if (!verdict || verdict.actions.length === 0) return null;
  return (
    <ul aria-label="Advice" className="divide-y divide-line border-b border-line last:border-b-0">
      {verdict.actions.map(({ label, href }) => (
        <li key={label} className="px-3 py-2 text-sm [overflow-wrap:anywhere] md:px-4">
          {href === undefined ? (
            <JobLine>{label}</JobLine>
          ) : (
            <Link href={href} prefetch={false} className="link">
              <JobLine>{label}</JobLine>
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
