'use client';
import { ClipboardList } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { apiText } from '../api/client';
import { sentenceOf } from '../api/problem';
import { boundsOf, type ChartWindow } from '../charts/range';
import { copyText } from '../format/copy-text';
import { Button } from '../ui/button';

/** The report tells of five, the worst. */
const MAX_QUEUES = 20;

type Props = {
  /** The queues that it is about; `null`: those that `queues` and `source` mean. */
  queueKeys: readonly string[] | null;
  queues?: string;
  source?: string | null;
  window: ChartWindow;
};

/** Puts the incident into the clipboard as Markdown: link, verdicts, figures, curves, failures, what was done. */
export function CopyIncident({ queueKeys, queues = '', source = null, window }: Props) {
  const [isBusy, setBusy] = useState(false);
  const copy = async () => {
    setBusy(true);
    try {
      const { from, to } = boundsOf(window, Date.now());
      const query = new URLSearchParams({
        from: String(Math.max(0, Math.round(from))),
        to: String(Math.round(to)),
        ...(queueKeys === null ? {} : { queue: queueKeys.slice(0, MAX_QUEUES).join(',') }),
        ...(queueKeys !== null || queues === '' ? {} : { queues }),
        ...(queueKeys !== null || source === null ? {} : { source }),
      });
      const text = await apiText(`/timeline/report?${query.toString()}`);
      if (await copyText(text))
        toast.success('The incident is in the clipboard', { description: 'Paste it as Markdown.' });
      else
        toast.error('The browser does not let this page copy', { description: 'Allow the clipboard, and try again.' });
    } catch (error) {
      toast.error('The incident could not be copied', { description: sentenceOf(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      onClick={() => void copy()}
      disabled={isBusy}
      title="Window, verdicts, figures, failures and actions as Markdown"
    >
      <ClipboardList size={13} aria-hidden /> Copy incident
    </Button>
  );
}
