'use client';
import { useQuery } from '@tanstack/react-query';
import { Copy, Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { JobField } from '@/lib/domain/job';
import { apiHref, apiText } from '../api/client';
import { sentenceOf } from '../api/problem';
import { copyText } from '../format/copy-text';
import { formatBytes } from '../format/number';
import { Button } from '../ui/button';
import { JobBlock } from '../ui/job-text';
import { prettyJson } from './pretty-json';

type Props = {
  title: string;
  queueKey: string;
  jobId: string;
  name: 'data' | 'result' | 'options';
  field: JobField | null;
};

/** More than this is not put on the screen at once; it can be downloaded. */
const MAX_SHOWN = 200_000;
/** A field larger than this is offered as a download only. */
const MAX_LOADED_BYTES = 10 * 1024 * 1024;

/** One field of a job as text: laid out when it is JSON, the rest of a large one on demand. */
export function Payload({ title, queueKey, jobId, name, field }: Props) {
  const [isWanted, setWanted] = useState(false);
  const path = `/queues/${queueKey}/jobs/${encodeURIComponent(jobId)}/field?name=${name}`;
  const whole = useQuery({
    queryKey: ['field', path],
    queryFn: ({ signal }) => apiText(path, { signal }),
    enabled: isWanted,
    staleTime: Infinity,
  });
  const text = whole.data ?? field?.text ?? '';
  const isCut = Boolean(field?.isCut) && whole.data === undefined;
  const pretty = useMemo(() => prettyJson(text), [text]);
  const shown = pretty.text.slice(0, MAX_SHOWN);
  return (
    <section className="px-4 py-3">
      <div className="mb-1.5 flex min-h-6 items-center gap-2">
        <h3 className="label">
          {title}
          {field && <span className="ml-2 font-normal">{formatBytes(field.bytes)}</span>}
          {field && !isCut && text !== '' && !pretty.isJson && (
            <span className="ml-2 font-normal">not JSON, shown as it is</span>
          )}
        </h3>
        {field && (
          <span className="ml-auto flex gap-1">
            {!isCut && (
              <Button
                size="sm"
                variant="ghost"
                aria-label={`Copy ${title.toLowerCase()}`}
                onClick={() =>
                  void copyText(text).then((isDone) =>
                    isDone ? toast.success('Copied') : toast.error('The browser did not allow copying'),
                  )
                }
              >
                <Copy size={12} aria-hidden /> Copy
              </Button>
            )}
            <Button size="sm" variant="ghost" asChild>
              <a href={apiHref(`${path}&download=1`)} download aria-label={`Download ${title.toLowerCase()}`}>
                <Download size={12} aria-hidden /> Download
              </a>
            </Button>
          </span>
        )}
      </div>
      {!field && <p className="text-sm text-ink-3">none</p>}
      {field && shown !== '' && (
        <JobBlock className="max-h-96 overflow-y-auto rounded-md bg-sunken px-3 py-2">{shown}</JobBlock>
      )}
      {isCut && field && (
        <p className="mt-1.5 flex items-center gap-2 text-xs text-ink-2">
          {shown === ''
            ? `${formatBytes(field.bytes)}, not read yet.`
            : `The first ${formatBytes(text.length)} of ${formatBytes(field.bytes)}.`}
          {field.bytes <= MAX_LOADED_BYTES ? (
            <Button size="sm" disabled={whole.isFetching} onClick={() => setWanted(true)}>
              {whole.isFetching ? 'Loading…' : `Load all ${formatBytes(field.bytes)}`}
            </Button>
          ) : (
            'Too large to show: download it.'
          )}
        </p>
      )}
      {!isCut && pretty.text.length > MAX_SHOWN && (
        <p className="mt-1.5 text-xs text-ink-2">
          Only the first {formatBytes(MAX_SHOWN)} are shown; download it for the rest.
        </p>
      )}
      {whole.error && <p className="mt-1.5 text-xs text-crit">{sentenceOf(whole.error)}</p>}
    </section>
  );
}
