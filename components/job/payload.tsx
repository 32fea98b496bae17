'use client';
import { useQuery } from '@tanstack/react-query';
import { Copy, Download } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { JobField } from '@/lib/domain/job';
import { hasRoundedNumbers } from '@/lib/domain/json-value';
import { apiHref, apiText } from '../api/client';
import { sentenceOf } from '../api/problem';
import { copyText } from '../format/copy-text';
import { jobPath } from '../format/hrefs';
import { formatBytes } from '../format/number';
import { REPLACEMENT } from '../json/check-json';
import { isContainer } from '../json/json-rows';
import { JsonTree } from '../json/json-tree';
import { Button } from '../ui/button';
import { JobBlock } from '../ui/job-text';
import { Segmented } from '../ui/segmented';
import { Part } from './part';

type Props = {
  title: string;
  queueKey: string;
  jobId: string;
  name: 'data' | 'result' | 'options';
  field: JobField | null;
};

/** As it is stored, so much is put on the screen at a time. */
const RAW_STEP = 100_000;
/** A field larger than this is offered as a download only. */
const MAX_LOADED_BYTES = 12 * 1024 * 1024;

/** One field of a job: its size first, then a tree when it is JSON, or the text as it is stored; large ones on demand. */
export function Payload({ title, queueKey, jobId, name, field }: Props) {
  const [isWanted, setWanted] = useState(false);
  const [view, setView] = useState<'tree' | 'raw'>('tree');
  const [search, setSearch] = useState('');
  const deferredSearch = useDeferredValue(search);
  const [rawChars, setRawChars] = useState(RAW_STEP);
  const path = `${jobPath(queueKey, jobId)}/field?name=${name}`;
  const whole = useQuery({
    queryKey: ['field', path, field?.bytes],
    queryFn: ({ signal }) => apiText(path, { signal }),
    enabled: isWanted && Boolean(field?.isCut),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
  const text = field?.isCut ? (whole.data ?? null) : (field?.text ?? null);
  const parsed = useMemo(() => (text === null ? null : parse(text)), [text]);
  const isRounded = useMemo(() => text !== null && parsed !== null && hasRoundedNumbers(text), [text, parsed]);
  const isTree = parsed !== null && isContainer(parsed.value);
  const label = title.toLowerCase();
  return (
    <Part
      title={
        <>
          {title}
          {field && <span className="ml-2 font-normal">{formatBytes(field.bytes)}</span>}
        </>
      }
      extra={
        field && (
          <>
            {isTree && (
              <>
                {view === 'tree' && (
                  <input
                    type="search"
                    aria-label={`Search in ${label}`}
                    placeholder="Search"
                    value={search}
                    onChange={(event) => setSearch(event.target.value)}
                    className="h-6 w-28 rounded-md border border-line-strong bg-bg px-2 text-xs"
                  />
                )}
                <Segmented
                  label={`Form of ${label}`}
                  value={view}
                  options={[
                    { value: 'tree', label: 'Tree' },
                    { value: 'raw', label: 'Raw', hint: 'As it is stored' },
                  ]}
                  onChange={(next) => setView(next as 'tree' | 'raw')}
                />
              </>
            )}
            {text !== null && (
              <Button
                size="sm"
                variant="ghost"
                aria-label={`Copy ${label}`}
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
              <a href={apiHref(`${path}&download=1`)} download aria-label={`Download ${label}`}>
                <Download size={12} aria-hidden /> Download
              </a>
            </Button>
          </>
        )
      }
    >
      {!field && <p className="text-sm text-ink-3">none</p>}
      {field && text === null && (
        <p className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
          {formatBytes(field.bytes)}, not read yet.
          {field.bytes <= MAX_LOADED_BYTES ? (
            <Button size="sm" disabled={whole.isFetching} onClick={() => setWanted(true)}>
              {whole.isFetching ? 'Loading…' : `Load all ${formatBytes(field.bytes)}`}
            </Button>
          ) : (
            'Too large to show: download it.'
          )}
        </p>
      )}
      {isTree && view === 'tree' && <JsonTree value={parsed.value} root={label} search={deferredSearch} />}
      {text !== null && (!isTree || view === 'raw') && (
        <>
          <JobBlock className="max-h-96 overflow-y-auto rounded-md bg-sunken px-3 py-2">
            {text.slice(0, rawChars)}
          </JobBlock>
          {text.length > rawChars && (
            <p className="mt-1.5 flex flex-wrap items-center gap-2 text-xs text-ink-2">
              The first {formatBytes(rawChars)} of {formatBytes(text.length)}.
              <Button size="sm" onClick={() => setRawChars(rawChars + 2 * RAW_STEP)}>
                Show more
              </Button>
            </p>
          )}
        </>
      )}
      {text !== null && parsed === null && (
        <p className="mt-1 text-xs text-ink-3">This is not JSON; it is shown as it is.</p>
      )}
      {text?.includes(REPLACEMENT) && (
        <p className="mt-1 text-xs text-warn">
          {REPLACEMENT} stands where bytes are no text (UTF-8), unless it was written so; the download has them as they
          are stored.
        </p>
      )}
      {isRounded && view === 'tree' && (
        <p className="mt-1 text-xs text-warn">
          Some numbers are longer than JavaScript can hold and are rounded in the tree; “Raw” has all their digits.
        </p>
      )}
      {whole.error && <p className="mt-1.5 text-xs text-crit">{sentenceOf(whole.error)}</p>}
    </Part>
  );
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}
