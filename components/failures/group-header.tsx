'use client';
import { Check, ChevronLeft, RotateCcw } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { FailureDetail, FailureGroup } from '@/lib/domain/failure';
import { formatCount, plural } from '../format/number';
import { useWhyNot } from '../shell/me';
import { Ago, Clock } from '../shell/time';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { MuteMenu } from './mute-menu';
import { FailureStateChip } from './state-chip';
import { useFailureAction } from './use-failures';

type Props = { group: FailureGroup; deployBefore: FailureDetail['deployBefore']; extra: ReactNode };

/** What it says, how it stands, and what a person may say of it. */
export function GroupHeader({ group, deployBefore, extra }: Props) {
  const { errorClass, title, frame, state, fingerprint } = group;
  return (
    <header className="flex flex-col gap-2">
      <Link href="/failures" className="link flex w-fit items-center gap-0.5 text-xs text-ink-3">
        <ChevronLeft size={13} aria-hidden /> Failures
      </Link>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-80">
          <p className="flex flex-wrap items-center gap-2 text-xs text-ink-2">
            <FailureStateChip state={state} />
            {errorClass !== null && (
              <span className="font-medium">
                <JobLine>{errorClass}</JobLine>
              </span>
            )}
            {frame !== null && (
              <span className="font-mono text-ink-3" title="The first frame of the stack that is your own">
                <JobLine>{frame}</JobLine>
              </span>
            )}
          </p>
          <h1 className="mt-0.5 text-lg leading-6 tracking-tight [overflow-wrap:anywhere]">
            <JobLine>{title}</JobLine>
          </h1>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <CareButtons group={group} />
          {extra}
        </div>
      </div>
      <dl className="panel grid grid-cols-2 overflow-hidden text-sm sm:grid-cols-3 xl:grid-cols-6">
        <Fact label="Failed in range" value={formatCount(group.failed)}>
          {group.attempts > 0
            ? `and ${plural(group.attempts, 'attempt')} that ${group.attempts === 1 ? 'is' : 'are'} tried again`
            : 'for good'}
        </Fact>
        <Fact label="Retained" value={formatCount(group.retained)}>
          {group.retained === null ? 'not counted yet' : <>counted {<Ago at={group.retainedAt} />}</>}
        </Fact>
        <Fact label="In all" value={formatCount(group.total)}>
          since it is known
        </Fact>
        <Fact label="First seen" value={<Ago at={group.firstSeen} />}>
          <Clock at={group.firstSeen} />
        </Fact>
        <Fact label="Last seen" value={<Ago at={group.lastSeen} />}>
          <Clock at={group.lastSeen} />
        </Fact>
        <Fact label="Deploy before it" value={deployBefore ? <Ago at={deployBefore.at} /> : '–'}>
          {deployBefore ? <JobLine title>{deployBefore.text}</JobLine> : 'no deploy mark in the week before'}
        </Fact>
      </dl>
      <p className="text-2xs text-ink-3">
        Search its jobs anywhere with <code className="font-mono">group:{fingerprint}</code>
      </p>
    </header>
  );
}

function CareButtons({ group: { fingerprint, care, state } }: { group: FailureGroup }) {
  const { mutate, isPending } = useFailureAction(fingerprint);
  const why = useWhyNot('operate');
  return (
    <>
      {state === 'resolved' ? (
        <Button blockedBecause={why} disabled={isPending} onClick={() => mutate({ action: 'reopen' })}>
          <RotateCcw size={13} aria-hidden /> Reopen
        </Button>
      ) : (
        <Button
          blockedBecause={why}
          disabled={isPending}
          title="Should it come back, it shows as regressed"
          onClick={() => mutate({ action: 'resolve' })}
        >
          <Check size={13} aria-hidden /> Resolve
        </Button>
      )}
      <MuteMenu muted={care.muted} isMuted={state === 'muted'} why={why} isPending={isPending} onChange={mutate} />
    </>
  );
}

function Fact({ label, value, children }: { label: string; value: ReactNode; children: ReactNode }) {
  return (
    <div className="-mt-px -ml-px min-w-0 border-t border-l border-line px-4 py-2">
      <dt className="label">{label}</dt>
      <dd>
        <span className="text-base font-semibold tracking-tight">{value}</span>
        <span className="block truncate text-xs text-ink-3">{children}</span>
      </dd>
    </div>
  );
}
