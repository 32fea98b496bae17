'use client';
import { Download } from 'lucide-react';
import { toast } from 'sonner';
import { apiText } from '../api/client';
import { sentenceOf } from '../api/problem';
import { usePreferences } from '../shell/preferences';
import { Button } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';
import { useCharts } from './charts-context';
import { csvPath, exportName, rangeWords } from './export-words';
import { toPicture, type LegendEntry } from './to-picture';

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
  const save = async (ending: string, make: () => Promise<Blob>) => {
    try {
      const url = URL.createObjectURL(await make());
      const link = document.createElement('a');
      link.href = url;
      link.download = `${name}.${ending}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toast.error('The export failed', { description: sentenceOf(error) });
    }
  };
  const figures = () =>
    save('csv', async () => {
      const text = await apiText(csvPath(queueKey, series, metrics, jobName));
      return new Blob([text], { type: 'text/csv;charset=utf-8' });
    });
  const picture = () =>
    save('png', () => {
      const drawing = svg?.();
      if (!drawing) throw new Error('There is nothing drawn.');
      return toPicture(drawing, {
        title: `${what} · ${title}`,
        subtitle: `${unit} · ${rangeWords(series, zone)}`,
        legend: lines,
      });
    });
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Export ${title}`} title="Export">
          <Download size={13} aria-hidden />
        </Button>
      }
    >
      <MenuItem disabled={queueKey === ''} onSelect={() => void figures()}>
        Figures as CSV
      </MenuItem>
      <MenuItem disabled={svg === null} onSelect={() => void picture()}>
        Picture as PNG
      </MenuItem>
    </Menu>
  );
}
