'use client';
import { BellOff, Clock3, UserCheck, Zap } from 'lucide-react';
import type { Incident } from '@/lib/domain/incident';
import { Ago, Clock } from '../shell/time';
import { Chip } from '../ui/chip';
import { JobLine } from '../ui/job-text';

/** Who is on it, and whether people are told: what one must know before one does something. */
export function IncidentFacts({ incident }: { incident: Incident }) {
  const { acknowledged, snoozed, silence, escalatedAt, notifiedAt, state } = incident;
  const isOpen = state === 'firing';
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {acknowledged && (
        <Chip tone="accent">
          <UserCheck size={11} aria-hidden /> <JobLine>{acknowledged.by}</JobLine>
        </Chip>
      )}
      {isOpen && snoozed && (
        <Chip tone="info">
          <Clock3 size={11} aria-hidden /> snoozed until <Clock at={snoozed.until} />
        </Chip>
      )}
      {isOpen && silence && (
        <Chip tone="info">
          <BellOff size={11} aria-hidden /> silenced
          {silence.until !== null && (
            <>
              {' '}
              until <Clock at={silence.until} />
            </>
          )}
        </Chip>
      )}
      {escalatedAt !== null && (
        <Chip tone="crit">
          <Zap size={11} aria-hidden /> escalated <Ago at={escalatedAt} />
        </Chip>
      )}
      {isOpen && notifiedAt === null && !silence && <Chip>nobody told yet</Chip>}
    </span>
  );
}
