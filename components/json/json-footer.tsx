'use client';
import { toast } from 'sonner';
import { copyText } from '../format/copy-text';
import { LongText } from '../job/long-text';
import { Button } from '../ui/button';
import { JobLine } from '../ui/job-text';
import { isContainer, type JsonNode } from './json-rows';

/** A string up to this length is read in its own line. */
const LINE_CHARS = 90;
const PATH_CHARS = 200;

type Props = { node: JsonNode; path: string; onOpenAll: (() => void) | null; onCloseAll(): void };

/** Where the chosen line of a tree is, what it holds if that is long, and ways to take either along. */
export function JsonFooter({ node, path, onOpenAll, onCloseAll }: Props) {
  const { value } = node;
  const isLong = typeof value === 'string' && (value.length > LINE_CHARS || value.includes('\n'));
  return (
    <div className="border-t border-line">
      {isLong && (
        <div className="border-b border-line px-3 py-2">
          <LongText>{value}</LongText>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-1 px-2 py-0.5 text-xs text-ink-3">
        <JobLine className="min-w-0 flex-1 truncate font-mono">
          {path.length > PATH_CHARS ? `${path.slice(0, 80)}…${path.slice(-80)}` : path}
        </JobLine>
        <Button size="sm" variant="ghost" onClick={() => copy(path)}>
          Copy path
        </Button>
        <Button size="sm" variant="ghost" onClick={() => copy(textOf(value))}>
          Copy value
        </Button>
        {onOpenAll && (
          <>
            <Button size="sm" variant="ghost" onClick={onOpenAll}>
              Open all
            </Button>
            <Button size="sm" variant="ghost" onClick={onCloseAll}>
              Close all
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

/** A string as it is, anything else as JSON; `null` when it is nested too deeply for the browser's JSON. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  try {
    return isContainer(value) ? JSON.stringify(value, null, 2) : String(value);
  } catch {
    return null;
  }
}

function copy(text: string | null): void {
  if (text === null) {
    toast.error('This is nested too deeply to be copied as a part', { description: 'Copy or download all of it.' });
    return;
  }
  void copyText(text).then((isDone) =>
    isDone ? toast.success('Copied') : toast.error('The browser did not allow copying'),
  );
}
