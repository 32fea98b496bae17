'use client';
import { ChevronDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { JOB_ACTIONS, type JobAction } from '@/lib/domain/action';
import { whyNotEdit, whyNotRetryWithData } from '@/lib/domain/edit';
import type { Job } from '@/lib/domain/job';
import type { JobState, Queue } from '@/lib/domain/queue';
import { Button } from '../ui/button';
import { Menu, MenuItem, MenuLine } from '../ui/menu';
import { AddJobDialog } from './add-job-dialog';
import { ACTION_WORDS, whyNotInState } from './allowed-actions';
import { CodeDialog } from './code-dialog';
import { EditDataDialog } from './edit-data-dialog';
import { DelayDialog, PriorityDialog } from './edit-number-dialogs';
import { whyNoCode } from './job-code';

type Props = {
  queue: Queue;
  job: Job;
  /** Why nothing can be done to jobs of this queue at all. */
  why: string | null;
  isBusy: boolean;
  isGone: boolean;
  onAct(action: JobAction, id: string, state: JobState): void;
};
type Dialog = 'data' | 'data-retry' | 'priority' | 'delay' | 'copy' | 'code';

const GONE = 'The job is gone; what is shown is what was last known of it.';

/** All that can be done to one job. What its state or library forbids is there too, with the reason. */
export function JobActions({ queue, job, why, isBusy, isGone, onAct }: Props) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const blocked = isGone ? GONE : why;
  const { kind } = queue;
  return (
    <div className="flex flex-wrap gap-2">
      {JOB_ACTIONS.map((action) => {
        const reason = blocked ?? whyNot(action, job, queue);
        return (
          <Button
            key={action}
            size="sm"
            variant={
              reason !== null
                ? 'plain'
                : action === 'remove'
                  ? 'dangerGhost'
                  : action === 'retry' && job.state === 'failed'
                    ? 'primary'
                    : 'plain'
            }
            title={ACTION_WORDS[action].hint}
            blockedBecause={reason}
            disabled={isBusy}
            onClick={() => onAct(action, job.id, job.state)}
          >
            {ACTION_WORDS[action].verb}
          </Button>
        );
      })}
      <DropDown label="Change">
        <MenuItem
          blockedBecause={blocked ?? whyNotRetryWithData(kind, job.state)}
          onSelect={() => setDialog('data-retry')}
        >
          Edit the data and retry…
        </MenuItem>
        <MenuItem blockedBecause={blocked} onSelect={() => setDialog('data')}>
          Edit the data…
        </MenuItem>
        <MenuItem
          blockedBecause={blocked ?? whyNotEdit('priority', kind, job.state)}
          onSelect={() => setDialog('priority')}
        >
          Priority…
        </MenuItem>
        <MenuItem blockedBecause={blocked ?? whyNotEdit('delay', kind, job.state)} onSelect={() => setDialog('delay')}>
          Delay…
        </MenuItem>
      </DropDown>
      <DropDown label="Copy">
        <MenuItem blockedBecause={why} onSelect={() => setDialog('copy')}>
          Add a copy with changes…
        </MenuItem>
        <MenuLine />
        <MenuItem blockedBecause={whyNoCode(job)} onSelect={() => setDialog('code')}>
          As code…
        </MenuItem>
      </DropDown>
      {(dialog === 'data' || dialog === 'data-retry') && (
        <EditDataDialog queue={queue} job={job} isFirstRetry={dialog === 'data-retry'} onClose={close} />
      )}
      {dialog === 'priority' && <PriorityDialog queue={queue} job={job} onClose={close} />}
      {dialog === 'delay' && <DelayDialog queue={queue} job={job} onClose={close} />}
      {dialog === 'code' && <CodeDialog queue={queue} job={job} onClose={close} />}
      <AddJobDialog queue={queue} like={job} open={dialog === 'copy'} onOpenChange={(open) => !open && close()} />
    </div>
  );
}

function DropDown({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu
      align="start"
      trigger={
        <Button size="sm">
          {label}
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
    >
      {children}
    </Menu>
  );
}

/** The server has the last word on what a job allows; the words are those of its state. */
function whyNot(action: JobAction, job: Job, { kind }: Queue): string | null {
  if (job.actions.includes(action)) return null;
  return whyNotInState(action, job.state, kind) ?? `A job that is ${job.state} does not allow this.`;
}
