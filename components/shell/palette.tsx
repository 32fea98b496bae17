'use client';
import { Command } from 'cmdk';
import { Box, Bug, CornerDownLeft, Pause, Play, Rows3, SunMoon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { useMemo, useState, type ReactNode } from 'react';
import { may } from '@/lib/domain/access';
import { windowOf } from '../charts/range';
import { fullTitle, matchGroups } from '../failures/failure-words';
import { useFailures } from '../failures/use-failures';
import { failureHref, jobsHref, queueHref } from '../format/hrefs';
import { formatCompact } from '../format/number';
import { useLive, useLiveStore } from '../live/live-provider';
import { matchQueues } from '../overview/match-queues';
import { visibleLine } from '../format/visible-text';
import { JobLine } from '../ui/job-text';
import { useMe } from './me';
import { usePreferences } from './preferences';
import { SCREENS } from './screens';
import { useJobPlaces } from './use-job-places';

const MAX_QUEUES = 40;
const MAX_FAILURES = 8;
const FAILURES_WINDOW = windowOf('24h', null, null);

type Props = { open: boolean; onOpenChange(open: boolean): void };

/** Ctrl K: go to a queue, a job or a screen, or do one of a few things. */
export function Palette({ open, onOpenChange }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[rgb(4_7_11/0.55)]" />
        <Dialog.Content
          data-modal=""
          aria-describedby={undefined}
          className="pop fixed top-[12vh] left-1/2 z-50 w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line-strong bg-panel shadow-pop"
        >
          <Dialog.Title className="sr-only">Go to a queue or screen</Dialog.Title>
          <Commands onDone={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Commands({ onDone }: { onDone(): void }) {
  const router = useRouter();
  const store = useLiveStore();
  const { access } = useMe();
  const { theme, setTheme } = usePreferences();
  const [text, setText] = useState('');
  const queues = useLive((state) => state.queues);
  const isPaused = useLive((state) => state.pausedAt !== null);
  const found = useMemo(() => matchQueues(queues, text), [queues, text]);
  const { places, isLooking } = useJobPlaces(text);
  const words = text.trim().toLowerCase();
  const failures = useFailures(FAILURES_WINDOW).data?.groups ?? [];
  const kinds = words === '' ? [] : matchGroups(failures, words).slice(0, MAX_FAILURES);
  const screens = SCREENS.filter(({ name, right }) => may(access, right) && name.toLowerCase().includes(words));
  const deeds = [
    {
      name: isPaused ? 'Show live figures again' : 'Freeze the figures',
      icon: isPaused ? <Play size={15} /> : <Pause size={15} />,
      run: () => store.setPaused(!isPaused),
    },
    {
      name: theme === 'dark' ? 'Light theme' : 'Dark theme',
      icon: <SunMoon size={15} />,
      run: () => setTheme(theme === 'dark' ? 'light' : 'dark'),
    },
  ].filter(({ name }) => name.toLowerCase().includes(words));
  const go = (href: string) => {
    onDone();
    router.push(href);
  };

  return (
    <Command shouldFilter={false} loop label="Go to a queue or screen">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Queue, job id, screen or command…"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none"
      />
      <Command.List className="max-h-[52vh] overflow-y-auto p-1.5 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3">
        <Command.Empty className="px-3 py-8 text-center text-sm text-ink-2">
          {isLooking ? 'Looking for a job of this id…' : 'No queue, job, failure or screen is called that.'}
        </Command.Empty>
        {found.length > 0 && (
          <Command.Group
            heading={`Queues${found.length > MAX_QUEUES ? ` · first ${MAX_QUEUES} of ${found.length}` : ''}`}
          >
            {found.slice(0, MAX_QUEUES).map((queue) => (
              <Item
                key={queue.key}
                value={`queue ${queue.key}`}
                onSelect={() => go(queueHref(queue.key))}
                icon={<Rows3 size={15} />}
              >
                <JobLine className="min-w-0 truncate">{queue.id.name}</JobLine>
                <span className="ml-auto shrink-0 pl-4 text-xs text-ink-3">
                  {queue.id.source} · {formatCompact(queue.backlog)} waiting
                </span>
              </Item>
            ))}
          </Command.Group>
        )}
        {kinds.length > 0 && (
          <Command.Group heading="Failures">
            {kinds.map((group) => (
              <Item
                key={group.fingerprint}
                value={`failure ${group.fingerprint}`}
                onSelect={() => go(failureHref(group.fingerprint))}
                icon={<Bug size={15} />}
              >
                <JobLine className="min-w-0 truncate">{fullTitle(group)}</JobLine>
                <span className="ml-auto shrink-0 pl-4 text-xs text-ink-3">{formatCompact(group.failed)} in 24 h</span>
              </Item>
            ))}
          </Command.Group>
        )}
        {places !== undefined && places.found.length > 0 && (
          <Command.Group
            heading={`Jobs called “${visibleLine(places.id).slice(0, 60)}”${places.isCut ? ' · there are more' : ''}`}
          >
            {places.found.map(({ queue, queueKey, state, name }) => (
              <Item
                key={queueKey}
                value={`job ${queueKey}`}
                icon={<Box size={15} />}
                onSelect={() => go(jobsHref(queueKey, { state, job: places.id }))}
              >
                <JobLine className="min-w-0 truncate">{queue.name}</JobLine>
                {name !== null && <JobLine className="min-w-0 truncate text-ink-3">{name}</JobLine>}
                <span className="ml-auto shrink-0 pl-4 text-xs text-ink-3">
                  {queue.source} · {state}
                </span>
              </Item>
            ))}
          </Command.Group>
        )}
        {places !== undefined && places.unanswered.length > 0 && (
          <p className="px-2 py-1 text-xs text-warn">
            Not asked for a job of this id: {places.unanswered.join(', ')} (no answer)
          </p>
        )}
        {screens.length > 0 && (
          <Command.Group heading="Screens">
            {screens.map(({ href, name, Icon }) => (
              <Item key={href} value={`screen ${href}`} onSelect={() => go(href)} icon={<Icon size={15} />}>
                {name}
              </Item>
            ))}
          </Command.Group>
        )}
        {deeds.length > 0 && (
          <Command.Group heading="Commands">
            {deeds.map(({ name, icon, run }) => (
              <Item
                key={name}
                value={`deed ${name}`}
                icon={icon}
                onSelect={() => {
                  run();
                  onDone();
                }}
              >
                {name}
              </Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

function Item({
  value,
  onSelect,
  icon,
  children,
}: {
  value: string;
  onSelect(): void;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="group flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
    >
      <span className="text-ink-3">{icon}</span>
      {children}
      <CornerDownLeft
        size={13}
        aria-hidden
        className="ml-2 shrink-0 text-ink-3 opacity-0 group-data-[selected=true]:opacity-100"
      />
    </Command.Item>
  );
}
