import { formatFor, type ChartData } from './series-rows';

/** What a chart shows, in words for those who cannot see it: each line's last and highest value. */
export function summarise({ rows, lines }: ChartData, format: (value: number) => string): string {
  const sentences = lines.map((line) => {
    const { key, label } = line;
    const words = formatFor(line, format);
    const values = rows.flatMap((row) => row[key] ?? []);
    const last = values.at(-1);
    if (last === undefined) return `${label}: nothing known.`;
    return `${label}: last ${words(last)}, highest ${words(Math.max(...values))}.`;
  });
  return sentences.join(' ') || 'Nothing is known in this range.';
}
