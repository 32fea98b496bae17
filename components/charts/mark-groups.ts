import type { Mark, MarkKind } from '@/lib/domain/mark';
import type { Bounds } from './range';

/** Marks so close to each other that they are drawn as one. `share`: place in the range, 0 to 1. */
export type MarkGroup = { at: number; share: number; kind: MarkKind; marks: Mark[] };

/** More of them could not be told apart. */
const MOST_GROUPS = 60;
/** The kind that a mixed group is drawn as: the first of these that is in it. */
const PRECEDENCE: readonly MarkKind[] = ['deploy', 'broker-restart', 'alert-fired', 'broker-gap', 'pause', 'operation'];

/** Marks of a range, oldest first, those that overlap on the screen together. Hidden kinds are left out. */
export function groupMarks(
  marks: readonly Mark[],
  { from, to }: Bounds,
  hidden: readonly MarkKind[],
  most = MOST_GROUPS,
): MarkGroup[] {
  const width = (to - from) / most;
  const groups: MarkGroup[] = [];
  const shown = marks.filter(({ at, until, kind }) => at < to && (until ?? at) >= from && !hidden.includes(kind));
  for (const mark of [...shown].sort((a, b) => a.at - b.at)) {
    // What began before the range and lasts into it stands at its edge.
    const at = Math.max(from, mark.at);
    const last = groups.at(-1);
    if (last && at - last.at < width) last.marks.push(mark);
    else groups.push({ at, share: (at - from) / (to - from), kind: mark.kind, marks: [mark] });
  }
  for (const group of groups)
    group.kind = PRECEDENCE.find((kind) => group.marks.some((mark) => mark.kind === kind)) ?? group.kind;
  return groups;
}

/** How many marks there are of each kind that occurs. */
export function countKinds(marks: readonly Mark[]): { kind: MarkKind; count: number }[] {
  const counts = new Map<MarkKind, number>();
  for (const { kind } of marks) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}
