'use client';
import { Download } from 'lucide-react';
import { Button } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';

/** Downloads what the filter means, all of it, not only what the screen has loaded. */
export function ExportMenu({ query }: { query: URLSearchParams }) {
  const download = (format: 'csv' | 'ndjson') => {
    const link = document.createElement('a');
    link.href = `/api/v1/audit/export?${query.toString()}&format=${format}`;
    link.download = '';
    link.click();
  };
  return (
    <Menu
      trigger={
        <Button>
          <Download size={13} aria-hidden /> Export
        </Button>
      }
    >
      <MenuItem onSelect={() => download('csv')}>As CSV</MenuItem>
      <MenuItem onSelect={() => download('ndjson')}>As JSON lines</MenuItem>
    </Menu>
  );
}
