import type { Mark, MarkKind } from './mark';

/** Marks that say the same of several queues, or belong together, told as one. Newest first within. */
export type TimelineEntry = {
  id: string;
  kind: MarkKind;
  /** ms since the epoch: of the newest. */
  at: number;
  marks: readonly Mark[];
};

/** Marks so close to each other may be one event, ms. */
const TOGETHER_MS = 60_000;
/** Workers come and go by the dozen with every deploy: each kind of it is one event. */
const ALWAYS_TOGETHER: readonly MarkKind[] = ['workers-joined', 'workers-left'];

/** The marks of a range, newest first, what belongs together as one entry. */
export function toTimeline(marks: readonly Mark[]): TimelineEntry[] {
  const entries: { id: string; kind: MarkKind; at: number; marks: Mark[] }[] = [];
  const open = new Map<string, (typeof entries)[number]>();
  for (const mark of [...marks].sort((a, b) => b.at - a.at)) {
    const what = sameness(mark);
    const entry = open.get(what);
    const last = entry?.marks.at(-1);
    if (entry && last && last.at - mark.at <= TOGETHER_MS) {
      entry.marks.push(mark);
      continue;
    }
    const made = { id: mark.id, kind: mark.kind, at: mark.at, marks: [mark] };
    entries.push(made);
    open.set(what, made);
  }
  return entries;
}

function sameness({ kind, text, by, link, source }: Mark): string {
  return ALWAYS_TOGETHER.includes(kind) ? JSON.stringify([kind, source]) : JSON.stringify([kind, text, by, link]);
}
