'use client';
import type { JobState } from '@/lib/domain/queue';
import { apiHref } from '../api/client';
import { MenuItem, MenuLine } from '../ui/menu';

type Props = { queueKey: string; state: JobState; query: string };

/** Downloads all that match, as it is read: nothing is collected first. */
export function ExportItems({ queueKey, state, query }: Props) {
  const get = (format: 'ndjson' | 'csv') => {
    const words = new URLSearchParams({ state, format, ...(query.trim() === '' ? {} : { q: query }) });
    window.location.assign(apiHref(`/queues/${queueKey}/export?${words.toString()}`));
  };
  return (
    <>
      <MenuLine />
      <MenuItem onSelect={() => get('ndjson')}>Export as NDJSON</MenuItem>
      <MenuItem onSelect={() => get('csv')}>Export as CSV</MenuItem>
    </>
  );
}
