'use client';
import { BellOff, SearchX } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { IncidentDetail } from '@/lib/domain/incident-detail';
import { ApiError, sentenceOf } from '../api/problem';
import { formatDuration } from '../format/duration';
import { plural } from '../format/number';
import { queueLabel } from '@/lib/domain/queue-key';
import { CopyIncident } from '../incident/copy-incident';
import { Lasting } from '../shell/lasting';
import { useWhyNot } from '../shell/me';
import { SeverityIcon, severityWord } from '../shell/severity';
import { Ago, Clock } from '../shell/time';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { TextField } from '../ui/field';
import { JobLine } from '../ui/job-text';
import { Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { AlertLine } from './alert-line';
import { IncidentActions } from './incident-actions';
import { IncidentCourse } from './incident-course';
import { IncidentFacts } from './incident-facts';
import { QueuesOfIncident } from './queues-of-incident';
import { SilenceDialog } from './silence-dialog';
import { useIncident, useIncidentAction } from './use-incidents';
import { WhatHelps } from './what-helps';

/** What is wrong, what belongs to it, how it went, and who is on it. */
export function IncidentScreen({ id }: { id: string }) {
  const { data, error, refetch } = useIncident(id);
  if (!data) return error ? <Missing error={error} onRetry={() => void refetch()} /> : <SkeletonRows count={10} />;
  const { incident, members, events, notes, window } = data;
  return (
    <div className="mx-auto flex max-w-[90rem] flex-col gap-3 p-3 md:p-4">
      <Header detail={data} />
      {error && <p className="text-xs text-warn">The page stands still: {sentenceOf(error)}</p>}
      {notes.length > 0 && (
        <Section title="What to do">
          {incident.state === 'firing' && <WhatHelps incident={incident} />}
          <ul className="divide-y divide-line">
            {notes.map(({ rule, note }) => (
              <li key={rule} className="px-3 py-2 text-sm [overflow-wrap:anywhere] whitespace-pre-wrap md:px-4">
                {note}
                <span className="block text-xs text-ink-3">{rule}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <div className="grid gap-3 lg:grid-cols-[3fr_2fr] lg:items-start">
        <Section title="Symptoms" count={incident.memberCount}>
          <ul className="divide-y divide-line">
            {members.map((alert) => (
              <AlertLine key={alert.id} alert={alert} />
            ))}
          </ul>
          {incident.memberCount > members.length && (
            <p className="border-t border-line px-3 py-2 text-xs text-ink-3 md:px-4">
              {plural(incident.memberCount - members.length, 'more symptom')} ended before.
            </p>
          )}
        </Section>
        <div className="flex min-w-0 flex-col gap-3">
          <QueuesOfIncident incident={incident} window={window} />
          <Section title="Course">
            <IncidentCourse events={events} />
            <NoteForm id={incident.id} />
          </Section>
        </div>
      </div>
    </div>
  );
}

function Header({ detail: { incident, window } }: { detail: IncidentDetail }) {
  const [isSilencing, setSilencing] = useState(false);
  const why = useWhyNot('operate');
  const labels = incident.queues.map(({ id }) => queueLabel(id));
  const { severity, state, sentence, startedAt, resolvedAt, acknowledged } = incident;
  return (
    <header className="panel flex flex-col gap-2 p-3 md:p-4">
      <p className="text-xs text-ink-3">
        <Link href="/alerts" className="link">
          Alerts
        </Link>{' '}
        / incident
      </p>
      <div className="flex items-start gap-2">
        <span className="mt-1">
          <SeverityIcon severity={severity} size={18} />
        </span>
        <h1 className="text-lg font-semibold tracking-tight [overflow-wrap:anywhere]">
          <JobLine>{sentence}</JobLine>
        </h1>
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-2">
        <span>{severityWord(severity)}</span>
        {state === 'firing' ? (
          <span>
            firing <Lasting since={startedAt} />, since <Clock at={startedAt} />
          </span>
        ) : (
          <span>
            <Clock at={startedAt} /> to <Clock at={resolvedAt} />, lasted{' '}
            {formatDuration((resolvedAt ?? startedAt) - startedAt)}
          </span>
        )}
        <IncidentFacts incident={incident} />
      </p>
      {acknowledged && (
        <p className="text-sm [overflow-wrap:anywhere]">
          <JobLine>{acknowledged.by}</JobLine> is on it since <Ago at={acknowledged.at} />
          {acknowledged.note !== null && (
            <>
              : <JobLine>{acknowledged.note}</JobLine>
            </>
          )}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <IncidentActions incident={incident} />
        {state === 'firing' && (
          <Button blockedBecause={why} onClick={() => setSilencing(true)}>
            <BellOff size={13} aria-hidden /> Silence
          </Button>
        )}
        <CopyIncident
          queueKeys={incident.queues.length > 0 ? incident.queues.map(({ key }) => key) : null}
          source={incident.cause.source}
          window={{ kind: 'fixed', ...window }}
        />
      </div>
      {isSilencing && (
        <SilenceDialog
          queues={labels.length > 0 ? labels.join('\n') : `${incident.cause.source}/*`}
          onClose={() => setSilencing(false)}
        />
      )}
    </header>
  );
}

function NoteForm({ id }: { id: string }) {
  const [text, setText] = useState('');
  const { mutate, isPending } = useIncidentAction(id);
  return (
    <form
      className="flex items-end gap-2 border-t border-line px-3 py-2 md:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') mutate({ action: 'note', text: text.trim() }, { onSuccess: () => setText('') });
      }}
    >
      <TextField
        className="min-w-0 flex-1"
        label="Note"
        value={text}
        maxLength={1_000}
        autoComplete="off"
        placeholder="What you found out"
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" className="h-8" disabled={isPending || text.trim() === ''}>
        Add
      </Button>
    </form>
  );
}

function Missing({ error, onRetry }: { error: Error; onRetry(): void }) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <Empty
      icon={<SearchX size={24} strokeWidth={1.5} />}
      title={isGone ? 'There is no such incident' : 'The incident cannot be read'}
    >
      <p>{sentenceOf(error)}</p>
      <p className="mt-3 flex justify-center gap-2">
        {!isGone && <Button onClick={onRetry}>Try again</Button>}
        <Button asChild>
          <Link href="/alerts">All alerts</Link>
        </Button>
      </p>
    </Empty>
  );
}
