'use client';
import { useState } from 'react';
import { toast } from 'sonner';
import type { PublishBody } from '@/lib/domain/message';
import type { Queue } from '@/lib/domain/queue';
import { sentenceOf } from '../api/problem';
import { visibleLine } from '../format/visible-text';
import { useWhyNotAct } from '../live/use-why-not-act';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { SelectField, TextArea, TextField } from '../ui/field';
import { readHeaders } from './read-headers';
import { usePublish } from './use-messages';

const TYPES = ['application/json', 'text/plain', 'application/octet-stream'] as const;

/** Publishes one message to the queue. Stays open for the next one. */
export function PublishDialog({ queue, onClose }: { queue: Queue; onClose(): void }) {
  const [payload, setPayload] = useState('{\n  \n}');
  const [contentType, setContentType] = useState<string>(TYPES[0]);
  const [isPersistent, setPersistent] = useState(true);
  const [priority, setPriority] = useState('');
  const [headerText, setHeaderText] = useState('');
  const publish = usePublish(queue.key);
  const why = useWhyNotAct(queue, 'publish');
  const headers = readHeaders(headerText);
  const jsonError = contentType === 'application/json' ? whyNotJson(payload) : null;
  const priorityError = /^(|[01]?\d?\d|2[0-4]\d|25[0-5])$/.test(priority) ? null : 'a whole number from 0 to 255';
  const blocked = why ?? jsonError ?? headers.error ?? priorityError;
  const run = () => {
    const body: Partial<PublishBody> = { payload, contentType, persistent: isPersistent, headers: headers.value };
    if (priority !== '') body.priority = Number(priority);
    publish.mutate(body, { onSuccess: () => toast.success('Published') });
  };
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      className="w-[min(40rem,calc(100vw-1.5rem))]"
      title={`Publish to “${visibleLine(queue.id.name)}”`}
      description="It goes to this queue alone, by the default exchange."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button variant="primary" blockedBecause={blocked} disabled={publish.isPending} onClick={run}>
            Publish
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2">
        <TextArea
          label="Payload"
          rows={8}
          value={payload}
          onChange={({ target }) => setPayload(target.value)}
          error={jsonError ?? undefined}
        />
        <div className="grid gap-2 sm:grid-cols-3">
          <SelectField label="Content type" value={contentType} onChange={({ target }) => setContentType(target.value)}>
            {TYPES.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </SelectField>
          <SelectField
            label="Kept over a restart"
            value={isPersistent ? 'yes' : 'no'}
            onChange={({ target }) => setPersistent(target.value === 'yes')}
            hint={queue.rabbit?.durable === false ? 'The queue itself is not kept.' : undefined}
          >
            <option value="yes">persistent</option>
            <option value="no">in memory only</option>
          </SelectField>
          <TextField
            label="Priority"
            inputMode="numeric"
            value={priority}
            onChange={({ target }) => setPriority(target.value.trim())}
            error={priorityError ?? undefined}
            hint="only in priority queues"
          />
        </div>
        <TextArea
          label="Headers, one name: value a line"
          rows={3}
          value={headerText}
          onChange={({ target }) => setHeaderText(target.value)}
          error={headers.error ?? undefined}
          hint="Numbers, true and false are sent as such; put them in quotes to send text."
        />
        {publish.error && <p className="text-sm text-crit">{sentenceOf(publish.error)}</p>}
      </div>
    </Modal>
  );
}

function whyNotJson(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
