'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { plural } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Marked } from '../job/marked';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { ancestorsOf, findInJson, isContainer, openUpTo, pathOf, rowsOf, type JsonNode } from './json-rows';
import { JsonFooter } from './json-footer';
import { JsonValue } from './json-value';

const ROW_PX = 20;
const MAX_HEIGHT_PX = 384;
/** Lines open at first; more are a click away. */
const OPEN_AT_FIRST = 120;
const OPEN_AT_ONCE = 20_000;
/** Deeper levels are not indented further: they would leave the screen. */
const MAX_INDENT = 16;

type Props = {
  value: unknown;
  /** What the value is called in paths: `data`. */
  root: string;
  search: string;
};

/** A JSON document as a tree of which only the lines in view are in the page. Arrow keys move, open and close. */
export function JsonTree({ value, root, search }: Props) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(() => openUpTo(value, OPEN_AT_FIRST));
  const [active, setActive] = useState(0);
  const [hit, setHit] = useState(0);
  const [shownFor, setShownFor] = useState({ value, search: '' });
  const found = useMemo(() => findInJson(value, search), [value, search]);
  const rows = useMemo(() => rowsOf(value, open), [value, open]);
  const indexOf = (node: JsonNode) =>
    rows.findIndex(
      (row) => row.depth === node.depth && row.key === node.key && row.parent?.value === node.parent?.value,
    );

  if (shownFor.value !== value) {
    setShownFor({ value, search: '' });
    setOpen(openUpTo(value, OPEN_AT_FIRST));
    setActive(0);
  } else if (shownFor.search !== search) {
    setShownFor({ value, search });
    setHit(0);
    const [first] = found.hits;
    if (first) setOpen(new Set([...open, ...ancestorsOf(first)]));
  }
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const target = found.hits[hit];
  useEffect(() => {
    if (!target) return;
    const index = indexOf(target);
    if (index < 0) return;
    setActive(index);
    virtualizer.scrollToIndex(index, { align: 'center' });
    // Only another hit moves the view, or the lines that its opening has made.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [target, rows]);

  const goToHit = (step: number) => {
    const next = (hit + step + found.hits.length) % found.hits.length;
    const node = found.hits[next];
    if (!node) return;
    setOpen(new Set([...open, ...ancestorsOf(node)]));
    setHit(next);
  };
  const toggle = (index: number, isOpen = !rows[index]?.isOpen) => {
    const container = rows[index]?.value;
    if (!isContainer(container)) return;
    const next = new Set(open);
    if (isOpen) next.add(container);
    else next.delete(container);
    setOpen(next);
  };
  const move = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtualizer.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(active + 1),
      ArrowUp: () => move(active - 1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      PageDown: () => move(active + 15),
      PageUp: () => move(active - 15),
      ArrowRight: () => (row?.isOpen ? move(active + 1) : toggle(active, true)),
      ArrowLeft: () => {
        if (row?.isOpen) toggle(active, false);
        else if (row?.parent) move(indexOf(row.parent));
      },
      Enter: () => toggle(active),
      ' ': () => toggle(active),
    };
    const handler = event.metaKey || event.ctrlKey ? undefined : keys[event.key];
    if (!handler) return;
    event.preventDefault();
    event.stopPropagation();
    handler();
  };
  const current = rows[active];
  return (
    <div className="overflow-hidden rounded-md bg-sunken">
      {search !== '' && (
        <p role="status" className="flex items-center gap-2 border-b border-line px-3 py-1 text-xs text-ink-2">
          {found.hits.length === 0
            ? `Nothing found${found.isCut ? ' in what was searched: it is too large to be searched whole' : ''}`
            : `${hit + 1} of ${found.isCut ? 'the first ' : ''}${plural(found.hits.length, 'place')}`}
          {found.hits.length > 1 && (
            <span className="ml-auto flex gap-1">
              <Button size="sm" variant="ghost" onClick={() => goToHit(-1)}>
                Previous
              </Button>
              <Button size="sm" variant="ghost" onClick={() => goToHit(1)}>
                Next
              </Button>
            </span>
          )}
        </p>
      )}
      <div
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label={root}
        aria-activedescendant={current ? `${id}${active}` : undefined}
        onKeyDown={onKeyDown}
        dir="ltr"
        className="overflow-auto py-1 font-mono text-xs leading-5"
        style={{ maxHeight: MAX_HEIGHT_PX }}
      >
        <div role="none" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <div
                key={index}
                id={`${id}${index}`}
                role="treeitem"
                aria-level={row.depth + 1}
                aria-selected={index === active}
                {...(row.size === null ? {} : { 'aria-expanded': row.isOpen })}
                onClick={() => {
                  setActive(index);
                  toggle(index);
                }}
                className={cn(
                  'absolute inset-x-0 flex cursor-default items-center px-2 whitespace-pre hover:bg-hover',
                  index === active && 'bg-hover shadow-[inset_2px_0_0_var(--accent)]',
                )}
                style={{
                  height: ROW_PX,
                  transform: `translateY(${start}px)`,
                  paddingLeft: 8 + Math.min(row.depth, MAX_INDENT) * 14,
                }}
              >
                <ChevronRight
                  size={12}
                  aria-hidden
                  className={cn(
                    'mr-0.5 shrink-0 text-ink-3',
                    row.isOpen && 'rotate-90',
                    (row.size ?? 0) === 0 && 'invisible',
                  )}
                />
                {row.depth > MAX_INDENT && <span className="mr-1 text-2xs text-ink-3">{row.depth}›</span>}
                {row.key !== null && (
                  <>
                    <bdi className={typeof row.key === 'number' ? 'text-ink-3' : 'font-medium text-ink-2'}>
                      <Marked
                        text={visibleLine(String(row.key).slice(0, 120))}
                        mark={typeof row.key === 'number' ? '' : search}
                      />
                    </bdi>
                    <span className="mr-1.5 text-ink-3">:</span>
                  </>
                )}
                <span className="min-w-0 truncate">
                  <JsonValue row={row} mark={search} />
                </span>
              </div>
            );
          })}
        </div>
      </div>
      {current && (rows.length > 1 || current.size !== 0) && (
        <JsonFooter
          node={current}
          path={pathOf(current, root)}
          onOpenAll={rows.length > 1 || current.size ? () => setOpen(openUpTo(value, OPEN_AT_ONCE)) : null}
          onCloseAll={() => {
            setOpen(new Set(isContainer(value) ? [value] : []));
            setActive(0);
          }}
        />
      )}
    </div>
  );
}
