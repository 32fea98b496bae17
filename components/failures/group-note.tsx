'use client';
import { StickyNote } from 'lucide-react';
import { useState } from 'react';
import type { FailureGroup } from '@/lib/domain/failure';
import { useWhyNot } from '../shell/me';
import { Ago, Clock } from '../shell/time';
import { Button } from '../ui/button';
import { TextArea } from '../ui/field';
import { JobLine } from '../ui/job-text';
import { useFailureAction } from './use-failures';

/** What people said of it: who looks after it, since when it is muted or resolved. */
export function GroupNote({ group: { fingerprint, care, state } }: { group: FailureGroup }) {
  const { mutate, isPending } = useFailureAction(fingerprint);
  const why = useWhyNot('operate');
  const [draft, setDraft] = useState<string | null>(null);
  const { note, muted, resolved } = care;
  return (
    <section aria-label="Note" className="panel px-3 py-2 text-sm md:px-4">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <StickyNote size={15} aria-hidden className="mt-0.5 shrink-0 text-ink-3" />
        {draft === null ? (
          <div className="min-w-0 flex-1">
            {note ? (
              <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
                <bdi>{note.text}</bdi>{' '}
                <span className="text-xs text-ink-3">
                  – <JobLine>{note.by}</JobLine>, <Ago at={note.at} />
                </span>
              </p>
            ) : (
              <p className="text-ink-3">No note: who looks after it, and what is known?</p>
            )}
            {state === 'muted' && muted && (
              <p className="text-xs text-ink-2">
                Muted by <JobLine>{muted.by}</JobLine> <Ago at={muted.at} />,{' '}
                {muted.until === null ? (
                  'for ever'
                ) : (
                  <>
                    until <Clock at={muted.until} />
                  </>
                )}
                .
              </p>
            )}
            {resolved && (
              <p className="text-xs text-ink-2">
                Resolved by <JobLine>{resolved.by}</JobLine> <Ago at={resolved.at} />
                {state === 'regressed' ? ', and came back since.' : '.'}
              </p>
            )}
          </div>
        ) : (
          <form
            className="min-w-0 flex-1"
            onSubmit={(event) => {
              event.preventDefault();
              mutate({ action: 'note', text: draft }, { onSuccess: () => setDraft(null) });
            }}
          >
            <TextArea
              label="Note, for everybody"
              rows={3}
              maxLength={2_000}
              autoFocus
              value={draft}
              onChange={({ target }) => setDraft(target.value)}
            />
            <div className="mt-1.5 flex gap-2">
              <Button type="submit" variant="primary" disabled={isPending}>
                {isPending ? 'Saving…' : 'Save'}
              </Button>
              <Button onClick={() => setDraft(null)}>Cancel</Button>
            </div>
          </form>
        )}
        {draft === null && (
          <Button size="sm" variant="ghost" blockedBecause={why} onClick={() => setDraft(note?.text ?? '')}>
            {note ? 'Change' : 'Add a note'}
          </Button>
        )}
      </div>
    </section>
  );
}
