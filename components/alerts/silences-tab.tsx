'use client';
import { BellOff, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ListedSilence } from '@/lib/domain/silence';
import { sentenceOf } from '../api/problem';
import { plural } from '../format/number';
import { useWhyNot } from '../shell/me';
import { Ago, Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { Empty } from '../ui/empty';
import { JobLine } from '../ui/job-text';
import { Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { SilenceDialog } from './silence-dialog';
import { useEndSilence, useSilences } from './use-silences';

/** What is kept quiet, until when and why; and what will be. */
export function SilencesTab() {
  const { data, error } = useSilences();
  const [isOpen, setOpen] = useState(false);
  const why = useWhyNot('operate');
  return (
    <>
      <div>
        <Button variant="primary" blockedBecause={why} onClick={() => setOpen(true)}>
          <Plus size={13} aria-hidden /> New silence
        </Button>
      </div>
      <Section title="Silences" {...(data ? { count: data.silences.length } : {})}>
        {error && !data ? (
          <p className="px-4 py-3 text-sm text-crit">The silences cannot be read. {sentenceOf(error)}</p>
        ) : !data ? (
          <SkeletonRows />
        ) : data.silences.length === 0 ? (
          <Empty icon={<BellOff size={24} strokeWidth={1.5} />} title="Nothing is silenced">
            A silence keeps alerts quiet for a time, or at the times of a maintenance window.
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {data.silences.map((listed) => (
              <SilenceRow key={listed.silence.id} listed={listed} />
            ))}
          </ul>
        )}
      </Section>
      {isOpen && <SilenceDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function SilenceRow({ listed: { silence, state, from, to, queues } }: { listed: ListedSilence }) {
  const { id, by, at, reason, window, rules, upTo, except } = silence;
  const why = useWhyNot('operate');
  const { mutate, isPending } = useEndSilence();
  const only = [
    except?.length ? `except ${except.join(', ')}` : '',
    rules ? `rules ${rules.join(', ')}` : '',
    upTo ? `up to ${upTo}` : '',
  ].filter(Boolean);
  return (
    <li className={cn('flex flex-wrap items-start gap-3 px-3 py-2 md:px-4', state === 'over' && 'text-ink-3')}>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <Chip tone={state === 'active' ? 'info' : 'plain'}>{state}</Chip>
          <JobLine className="font-medium [overflow-wrap:anywhere]">{reason}</JobLine>
        </p>
        <p className="text-xs text-ink-2 [overflow-wrap:anywhere]">
          queues <JobLine className="font-mono">{silence.queues.join(', ')}</JobLine> ({plural(queues, 'queue')})
          {only.length > 0 && <JobLine>{`, ${only.join(', ')}`}</JobLine>}
        </p>
        <p className="text-xs text-ink-3">
          {from !== null && to !== null && (
            <>
              <Clock at={from} /> to <Clock at={to} />
              {window.kind === 'cron' && (
                <>
                  , again at <code className="font-mono">{window.pattern}</code> {window.timeZone}
                </>
              )}
              {' · '}
            </>
          )}
          <JobLine>{by}</JobLine>, <Ago at={at} />
        </p>
      </div>
      {state !== 'over' && (
        <Button blockedBecause={why} disabled={isPending} onClick={() => mutate(id)}>
          End
        </Button>
      )}
    </li>
  );
}
