/**
 * A line and the area below it for values at even distances, the largest at the top; `null` breaks both. A value that
 * stands alone is a short dash. Pure.
 */
export function sparkPaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { line: string; area: string; most: number } {
  const most = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  const base = height - 1;
  const x = (index: number) => round((index / Math.max(1, values.length - 1)) * width);
  const y = (value: number) => round(base - (most === 0 ? 0 : (value / most) * (base - 1.5)));
  const line: string[] = [];
  const area: string[] = [];
  for (let start = 0; start < values.length; start += 1) {
    if (values[start] == null) continue;
    let end = start;
    while (values[end + 1] != null) end += 1;
    const points = values.slice(start, end + 1).map((value, index) => `${x(start + index)} ${y(value ?? 0)}`);
    const path = start === end ? `M${x(start) - 1} ${y(values[start] ?? 0)}h2` : `M${points.join('L')}`;
    line.push(path);
    if (start !== end) area.push(`${path}L${x(end)} ${base}L${x(start)} ${base}Z`);
    start = end;
  }
  return { line: line.join(''), area: area.join(''), most };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
