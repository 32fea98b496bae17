'use client';
import { ExternalLink } from 'lucide-react';
import { useMemo } from 'react';
import type { Mark, MarkKind } from '@/lib/domain/mark';
import { formatClock } from '../format/time';
import { usePreferences } from '../shell/preferences';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { Tip } from '../ui/tooltip';
import { countKinds, groupMarks, type MarkGroup } from './mark-groups';
import { MARK_LOOKS } from './mark-kinds';
import type { Bounds } from './range';
import { useWidth } from './use-width';

type Props = {
  marks: readonly Mark[];
  bounds: Bounds;
  hidden: readonly MarkKind[];
  onHide(kinds: MarkKind[]): void;
  /** What is to be said when they cannot be read or are not all there. */
  note: string | null;
  /** Distance of the axis from the panel's content, px, where it lies below one chart and shares its axis. */
  inset?: { left: number; right: number };
};

const DEFAULT_INSET = { left: 6, right: 6 };
const MOST_LISTED = 8;
/** Room that a group takes. */
const GROUP_PX = 30;

/** What happened, on the time axis of the charts: deploys, pauses, alerts, restarts. Kinds can be left out. */
export function MarksLane({ marks, bounds, hidden, onHide, note, inset = DEFAULT_INSET }: Props) {
  const [width, ref] = useWidth();
  const kinds = useMemo(() => countKinds(marks), [marks]);
  const groups = useMemo(
    () => groupMarks(marks, bounds, hidden, Math.max(4, Math.floor(width / GROUP_PX))),
    [marks, bounds, hidden, width],
  );
  const toggle = (kind: MarkKind) =>
    onHide(hidden.includes(kind) ? hidden.filter((each) => each !== kind) : [...hidden, kind]);
  return (
    <section ref={ref} aria-label="Marks" className="panel mb-3 min-w-0 px-3 py-1.5">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <h3 className="mr-1 text-sm">Marks</h3>
        {marks.length === 0 && <p className="text-xs text-ink-3">{note ?? 'Nothing noteworthy in this range.'}</p>}
        {kinds.map(({ kind, count }) => (
          <button
            key={kind}
            type="button"
            aria-pressed={!hidden.includes(kind)}
            onClick={() => toggle(kind)}
            className={cn(
              'flex h-6 items-center gap-1 rounded-sm px-1 text-xs text-ink-2 hover:bg-hover',
              hidden.includes(kind) && 'line-through opacity-60',
            )}
          >
            <Glyph kind={kind} /> {MARK_LOOKS[kind].label} <span className="text-ink-3">{count}</span>
          </button>
        ))}
        {marks.length > 0 && note && <p className="ml-auto text-xs text-warn">{note}</p>}
      </div>
      {groups.length > 0 && (
        <ol
          className="relative my-1 h-5 border-b border-line-strong"
          style={{ marginLeft: inset.left, marginRight: inset.right }}
        >
          {groups.map((group) => (
            <li
              key={group.marks[0]?.id ?? group.at}
              className="absolute bottom-0 -translate-x-1/2"
              style={{ left: `${group.share * 100}%` }}
            >
              <GroupButton group={group} to={bounds.to} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function GroupButton({ group: { marks, kind }, to }: { group: MarkGroup; to: number }) {
  const { zone } = usePreferences();
  const list = (
    <ol className="flex flex-col gap-1">
      {marks.slice(0, MOST_LISTED).map((mark) => (
        <li key={mark.id} className="flex gap-1.5">
          <Glyph kind={mark.kind} />
          <span className="min-w-0">
            <span className="text-ink-3">
              {formatClock(mark.at, to, { zone })}
              {mark.until !== null && ` – ${formatClock(mark.until, to, { zone })}`}
              {mark.by !== null && (
                <>
                  {' · '}
                  <JobLine>{mark.by}</JobLine>
                </>
              )}
            </span>
            <br />
            <JobLine>{mark.text}</JobLine>
            {mark.link !== null && <ExternalLink size={11} aria-label="has a link: click" className="ml-1 inline" />}
          </span>
        </li>
      ))}
      {marks.length > MOST_LISTED && <li className="text-ink-3">and {marks.length - MOST_LISTED} more: zoom in</li>}
    </ol>
  );
  const [first] = marks;
  const link = marks.find((mark) => mark.link !== null)?.link ?? null;
  const look = 'flex h-5 min-w-4 items-center justify-center rounded-sm px-0.5 text-xs leading-none hover:bg-hover';
  const content = (
    <>
      <Glyph kind={kind} />
      {marks.length > 1 && <span className="text-2xs text-ink-3">{marks.length}</span>}
      <span className="sr-only">{first && `${MARK_LOOKS[kind].label}: ${first.text}`}</span>
    </>
  );
  return (
    <Tip text={list} side="bottom">
      {link !== null && /^https?:/.test(link) ? (
        <a href={link} target="_blank" rel="noreferrer noopener" className={look}>
          {content}
        </a>
      ) : (
        <button type="button" className={look}>
          {content}
        </button>
      )}
    </Tip>
  );
}

function Glyph({ kind }: { kind: MarkKind }) {
  const { glyph, color } = MARK_LOOKS[kind];
  return (
    <span aria-hidden className="w-3 shrink-0 text-center font-semibold" style={{ color }}>
      {glyph}
    </span>
  );
}
