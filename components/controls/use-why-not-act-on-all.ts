'use client';
import { canDo } from '@/lib/domain/access';
import type { Queue } from '@/lib/domain/queue';
import { visibleLine } from '../format/visible-text';
import { useDownSources } from '../live/use-source-is-down';
import { useMe, useWhyNot } from '../shell/me';

/** Why `action` cannot be done to one of `queues` now, naming the first; `null` when it can be done to all. */
export function useWhyNotActOnAll(queues: readonly Queue[], action: string): string | null {
  const { role, access } = useMe();
  const reason = useWhyNot('operate');
  const down = useDownSources().split('\n');
  if (reason !== null) return reason;
  for (const { id, readOnlyReason } of queues) {
    const name = queues.length > 1 ? `“${visibleLine(id.name)}”: ` : '';
    if (!canDo(access, id, action)) return `${name}Your role is ${role}, which may not ${action} here.`;
    if (readOnlyReason !== null) return `${name}${readOnlyReason}`;
    if (down.includes(id.source)) return `${name}The source “${id.source}” does not answer.`;
  }
  return null;
}
