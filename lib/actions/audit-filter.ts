import type { AuditEntry, AuditFilter } from '../domain/audit';

/** Whether an entry is meant. Texts match anywhere and without regard to case; `from` is inclusive, `to` exclusive. */
export function isMeant(entry: AuditEntry, { actor, action, target, outcome, from, to }: AuditFilter): boolean {
  return (
    has(entry.actor, actor) &&
    has(entry.action, action) &&
    (has(entry.target, target) || (target !== undefined && entry.jobIds.includes(target))) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (from === undefined || entry.at >= from) &&
    (to === undefined || entry.at < to)
  );
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}
