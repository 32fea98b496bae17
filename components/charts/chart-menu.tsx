'use client';
import { Download } from 'lucide-react';
import { toast } from 'sonner';
import { apiHref } from '../api/client';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';
import { useCharts } from './charts-context';
import { csvPath, exportName, rangeWords } from './export-words';
import { savePicture, type LegendEntry } from './save-picture';

type Props = {
  title: string;
  unit: string;
  metrics: readonly string[];
  lines: readonly LegendEntry[];
  /** Finds the drawing; `null` where there is none. */
  svg: (() => SVGSVGElement | null) | null;
};

/** Takes a chart along: its figures as CSV, or its picture. */
export function ChartMenu({ title, unit, metrics, lines, svg }: Props) {
  const { series, queueKey, queueName, jobName } = useCharts();
  const { zone } = usePreferences();
  const what = jobName === null ? queueName : `${queueName}, ${jobName}`;
  const name = exportName([queueName, jobName, title], series);
  const save = (href: string, as: string) => {
    const link = document.createElement('a');
    link.href = href;
    link.download = as;
    link.click();
  };
  const picture = async () => {
    const drawing = svg?.();
    if (!drawing) return;
    try {
      const blob = await savePicture(drawing, {
        title: `${what} · ${title}`,
        subtitle: `${unit} · ${rangeWords(series, zone)}`,
        legend: lines,
      });
      const url = URL.createObjectURL(blob);
      save(url, `${name}.png`);
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch {
      toast.error('The picture could not be drawn', { description: 'This browser refused it. Take the CSV instead.' });
    }
  };
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Export ${title}`} title="Export">
          <Download size={13} aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={() => save(apiHref(csvPath(queueKey, series, metrics, jobName)), `${name}.csv`)}>
        Figures as CSV
      </MenuItem>
      <MenuItem disabled={svg === null} onSelect={() => void picture()}>
        Picture as PNG
      </MenuItem>
    </Menu>
  );
}
