'use client';
import { RotateCcw, Search } from 'lucide-react';
import { useState } from 'react';
import { reasonWords, whatPeekDoes, whyNotPeek, type DeadGroup, type DeadLetters } from '@/lib/domain/message';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { formatCount, plural } from '../format/number';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { ReplayDialog } from './replay-dialog';
import { useDeadLetters } from './use-messages';

type Group = DeadLetters['groups'][number];
export type Meant = { group: DeadGroup | null; words: string; about: number | null };

/** Why did these end here, and back with them? Folded on queues that are not known to collect dead letters. */
export function DeadLetterPanel({ queue, isDeadLetterQueue }: { queue: Queue; isDeadLetterQueue: boolean }) {
  const { type = 'classic', deliveryLimit = null } = queue.rabbit ?? {};
  const [isOpen, setOpen] = useState(false);
  const [meant, setMeant] = useState<Meant | null>(null);
  const sample = useDeadLetters(queue.key);
  const whyNotLook = useWhyNotAct(queue, 'peek') ?? whyNotPeek(type, deliveryLimit);
  const whyNotReplay = useWhyNotAct(queue, 'replay');
  if (!isDeadLetterQueue && !isOpen)
    return (
      <p className="text-xs text-ink-3">
        No queue is known to send its dead letters here.{' '}
        <button type="button" className="link text-ink-2" onClick={() => setOpen(true)}>
          Treat it as one that collects them
        </button>
      </p>
    );
  const { data } = sample;
  return (
    <section aria-label="Dead letters" className="panel overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-3 py-2 md:px-4">
        <h2 className="text-sm">Dead letters</h2>
        <Button blockedBecause={whyNotLook} disabled={sample.isPending} onClick={() => sample.mutate()}>
          <Search size={14} aria-hidden /> {data ? 'Look again' : 'Why are they here?'}
        </Button>
        <Button
          blockedBecause={whyNotReplay}
          onClick={() => setMeant({ group: null, words: 'all dead letters', about: queue.counts.waiting })}
        >
          <RotateCcw size={14} aria-hidden /> Replay all…
        </Button>
        <span className="min-w-0 flex-1 basis-64 text-xs text-ink-3">
          {whyNotLook ?? `The first 500 are looked at. ${whatPeekDoes(type)}`}
        </span>
        {data && (
          <span className="text-xs text-ink-3">
            {formatCount(data.sampled)} of {formatCount(data.of)} looked at, <Ago at={data.at} />
          </span>
        )}
      </div>
      {sample.error && (
        <p className="px-3 py-2 text-sm [overflow-wrap:anywhere] text-crit md:px-4">{sentenceOf(sample.error)}</p>
      )}
      {data && (
        <div className="overflow-x-auto">
          <table className="w-full text-sm md:min-w-[44rem]">
            <thead className="max-md:sr-only">
              <tr className="border-b border-line">
                {['count', 'reason', 'came from', 'error', 'died', ''].map((name) => (
                  <th key={name} scope="col" className="label h-7 px-3 text-left font-medium md:px-4">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {data.groups.map((group) => (
                <GroupRow
                  key={JSON.stringify(group.group)}
                  found={group}
                  isSample={data.sampled < data.of}
                  whyNotReplay={whyNotReplay}
                  onReplay={setMeant}
                />
              ))}
            </tbody>
          </table>
          {data.groups.length === 0 && <p className="px-3 py-3 text-sm text-ink-2 md:px-4">No message is ready.</p>}
        </div>
      )}
      {meant && <ReplayDialog queue={queue} meant={meant} onClose={() => setMeant(null)} />}
    </section>
  );
}

function GroupRow({
  found,
  isSample,
  whyNotReplay,
  onReplay,
}: {
  found: Group;
  isSample: boolean;
  whyNotReplay: string | null;
  onReplay(meant: Meant): void;
}) {
  const { group, count, errorTitle, errorHeader, newest, deaths, refusal } = found;
  const reason = group.reason === null ? 'no reason told' : reasonWords(group.reason);
  const words = `dead letters ${reason}${group.origin === null ? '' : ` in ${group.origin}`}`;
  return (
    <tr className="hover:bg-hover max-md:flex max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-1 max-md:py-2 md:h-8">
      <td className="px-3 md:px-4">
        {isSample && <span className="text-ink-3">≥ </span>}
        {formatCount(count)}
      </td>
      <td className="px-3 md:px-4">
        <JobLine>{reason}</JobLine>
        {deaths > 1 && <span className="text-ink-3"> · up to {plural(deaths, 'time')}</span>}
      </td>
      <td className="px-3 md:px-4">
        {group.origin === null ? <span className="text-ink-3">–</span> : <JobLine>{group.origin}</JobLine>}
      </td>
      <td
        className="truncate px-3 max-md:w-full md:max-w-96 md:px-4"
        title={errorHeader === null ? undefined : `from the header ${errorHeader}`}
      >
        {errorTitle === null ? (
          <span className="text-ink-3">no header tells</span>
        ) : (
          <JobLine title>{errorTitle}</JobLine>
        )}
      </td>
      <td className="px-3 whitespace-nowrap md:px-4">{newest === null ? '–' : <Ago at={newest} />}</td>
      <td className="px-3 text-right max-md:ml-auto md:px-4">
        <Button
          size="sm"
          blockedBecause={whyNotReplay ?? refusal}
          onClick={() => onReplay({ group, words, about: isSample ? null : count })}
        >
          Replay…
        </Button>
      </td>
    </tr>
  );
}
