'use client';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Job } from '@/lib/domain/job';
import type { Queue } from '@/lib/domain/queue';
import { copyText } from '../format/copy-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { JobBlock } from '../ui/job-text';
import { Segmented } from '../ui/segmented';
import { CODE_TARGETS, CODE_WORDS, codeOf, type CodeTarget } from './job-code';

/** Code that adds a job like this one, to be pasted into a program or a shell. */
export function CodeDialog({ queue, job, onClose }: { queue: Queue; job: Job; onClose(): void }) {
  const [target, setTarget] = useState<CodeTarget>(queue.kind === 'bull' ? 'bull' : 'bullmq');
  const code = codeOf(
    target,
    {
      queue: queue.id,
      queueKey: queue.key,
      name: job.name,
      data: job.data?.text ?? 'null',
      options: job.options?.text ?? null,
    },
    window.location.origin,
  );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title="As code"
      description="Adds a new job with this name, data and options. Its id, schedule and delay are left out."
      className="w-[min(44rem,calc(100vw-1.5rem))]"
      footer={
        <Button
          variant="primary"
          onClick={() =>
            void copyText(code).then((isDone) =>
              isDone ? toast.success('Copied') : toast.error('The browser did not allow copying'),
            )
          }
        >
          Copy
        </Button>
      }
    >
      <Segmented
        label="Language"
        value={target}
        options={CODE_TARGETS.map((value) => ({ value, label: CODE_WORDS[value] }))}
        onChange={(next) => setTarget(next as CodeTarget)}
      />
      <JobBlock className="mt-2 max-h-[45vh] overflow-y-auto rounded-md bg-sunken px-3 py-2">{code}</JobBlock>
    </Modal>
  );
}
