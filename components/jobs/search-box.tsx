'use client';
import { useQuery } from '@tanstack/react-query';
import { CircleHelp, Search, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { JobState } from '@/lib/domain/queue';
import { searchSuggestionsSchema } from '@/lib/domain/search';
import { parseJobQuery } from '@/lib/search/parse-query';
import { apiGet } from '../api/client';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { complete, type Completion } from './complete';
import { QueryProblems } from './query-problems';
import { SearchTimesNote } from './search-times-note';
import { SearchHelp } from './search-help';

type Props = { queueKey: string; state: JobState; q: string; onSearch(q: string): void };

/** Where a search is typed: suggestions below it while typing, what is wrong with it when it is sent. */
export function SearchBox({ queueKey, state, q, onSearch }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const [before, setBefore] = useState(q);
  const [caret, setCaret] = useState(q.length);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [wasSent, setSent] = useState(q !== '');
  const [moved, setMoved] = useState<{ to: number } | null>(null);
  // Before the next key is typed: a caret that is set later would stand in the middle of what was typed meanwhile.
  useLayoutEffect(() => {
    if (moved === null) return;
    input.current?.focus();
    input.current?.setSelectionRange(moved.to, moved.to);
  }, [moved]);
  // The address changed by other means than this box: back, a link.
  if (q !== before) {
    setBefore(q);
    setText(q);
    setSent(q !== '');
  }
  const { data: seen } = useQuery({
    queryKey: ['suggestions', queueKey, state],
    queryFn: ({ signal }) =>
      apiGet(`/queues/${queueKey}/jobs/search/suggestions?state=${state}`, searchSuggestionsSchema, { signal }),
    enabled: isOpen,
    staleTime: 60_000,
    retry: false,
  });
  const offers = isOpen ? complete(text, caret, seen) : [];
  const problems = wasSent ? (parseJobQuery(text, 0).problems ?? []) : [];

  const change = (next: string, at: number) => {
    setText(next);
    setCaret(at);
    setChosen(-1);
    setOpen(true);
  };
  const send = (next: string) => {
    setOpen(false);
    setSent(true);
    if (!parseJobQuery(next, 0).problems) onSearch(next.trim());
  };
  const pick = ({ text: word, from, to, goesOn }: Completion) => {
    const end = goesOn ? '' : ' ';
    const next = text.slice(0, from) + word + end + text.slice(to);
    const at = from + word.length + end.length;
    change(next, at);
    setMoved({ to: at });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && offers.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + offers.length + (chosen < 0 && step < 0 ? 1 : 0)) % offers.length);
    } else if (event.key === 'Enter' || (event.key === 'Tab' && isOpen && chosen >= 0)) {
      event.preventDefault();
      const offer = offers[chosen];
      if (offer) pick(offer);
      else send(text);
    } else if (event.key === 'Escape') {
      // First the suggestions go, then the field is left; the browser would empty it.
      event.preventDefault();
      event.stopPropagation();
      if (isOpen && offers.length > 0) setOpen(false);
      else event.currentTarget.blur();
    }
  };

  return (
    <search className="relative min-w-0 flex-1">
      <label className="relative flex h-8 items-center">
        <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-ink-3" />
        <span className="sr-only">Search these jobs</span>
        <input
          ref={input}
          data-filter
          type="text"
          role="combobox"
          aria-expanded={offers.length > 0}
          aria-controls={`${id}list`}
          aria-activedescendant={chosen >= 0 ? `${id}o${chosen}` : undefined}
          aria-invalid={problems.length > 0}
          aria-describedby={`${id}problems`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="search"
          maxLength={2_000}
          value={text}
          placeholder="Search: text, name:, error:, data.path:, age<2h …"
          onChange={(event) => change(event.target.value, event.target.selectionStart ?? event.target.value.length)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? text.length)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
          className="h-full w-full rounded-md border border-line-strong bg-bg pr-16 pl-8 font-mono text-xs placeholder:font-sans placeholder:text-sm aria-invalid:border-crit"
        />
        <span className="absolute right-1 flex items-center">
          {text !== '' ? (
            <Button
              size="icon"
              variant="ghost"
              className="size-6"
              aria-label="Clear the search"
              onClick={() => {
                setText('');
                setSent(false);
                if (q !== '') onSearch('');
              }}
            >
              <X size={13} />
            </Button>
          ) : (
            <kbd aria-hidden className="mr-1 max-md:hidden">
              /
            </kbd>
          )}
          <Popover.Root>
            <Popover.Trigger asChild>
              <Button size="icon" variant="ghost" className="size-6" aria-label="How to search" title="How to search">
                <CircleHelp size={14} />
              </Button>
            </Popover.Trigger>
            <Popover.Portal>
              <Popover.Content
                align="end"
                sideOffset={6}
                collisionPadding={8}
                aria-label="How to search"
                className="pop z-50 max-h-[70vh] w-[min(34rem,calc(100vw-1.5rem))] overflow-y-auto rounded-lg border border-line-strong bg-raised p-3 shadow-pop"
              >
                <SearchHelp />
              </Popover.Content>
            </Popover.Portal>
          </Popover.Root>
        </span>
      </label>
      {offers.length > 0 && (
        <ul
          id={`${id}list`}
          role="listbox"
          aria-label="Suggestions"
          className="pop absolute top-full left-0 z-20 mt-1 w-full max-w-xl overflow-hidden rounded-lg border border-line-strong bg-raised p-1 shadow-pop"
        >
          {offers.map((offer, index) => (
            <li
              key={offer.text}
              id={`${id}o${index}`}
              role="option"
              aria-selected={index === chosen}
              // The field keeps the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                pick(offer);
              }}
              className={cn(
                'flex h-7 cursor-default items-center gap-3 rounded-md px-2 text-xs hover:bg-hover',
                index === chosen && 'bg-hover',
              )}
            >
              <JobLine className="min-w-0 truncate font-mono">{offer.text}</JobLine>
              <JobLine className="ml-auto min-w-0 shrink-0 truncate pl-4 text-ink-3">{offer.hint.slice(0, 60)}</JobLine>
            </li>
          ))}
        </ul>
      )}
      <div id={`${id}problems`} role="alert">
        <QueryProblems text={text} problems={problems} />
      </div>
      {problems.length === 0 && <SearchTimesNote text={text} />}
    </search>
  );
}
