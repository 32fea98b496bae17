import type { DrillResult } from './run-drill';

const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

/** The results as a table, one line each, and as a confusion matrix of what was done against what was said first. */
export function report(results: readonly DrillResult[]): string {
  const rows = results.map(({ drill, library, isGood, first, saidAfterMs, goneAfterMs, wrong, under }) => [
    isGood ? 'ok' : 'NOT',
    drill.name,
    library,
    drill.expects ?? '(silence)',
    first ?? '(silence)',
    seconds(saidAfterMs),
    seconds(goneAfterMs),
    wrong.join(', ') || '–',
    under.join(', ') || '–',
  ]);
  const head = ['', 'drill', 'library', 'expected', 'said first', 'after', 'gone after', 'wrong', 'beneath it'];
  const good = results.filter(({ isGood }) => isGood).length;
  return [table([head, ...rows]), '', matrix(results), '', `${good} of ${results.length} drills as expected`].join(
    '\n',
  );
}

function matrix(results: readonly DrillResult[]): string {
  const silence = '(silence)';
  const done = [...new Set(results.map(({ drill }) => drill.expects ?? silence))];
  const said = [...new Set([...done, ...results.map(({ first }) => first ?? silence)])];
  const count = (row: string, column: string) =>
    results.filter(({ drill, first }) => (drill.expects ?? silence) === row && (first ?? silence) === column).length;
  const head = ['done \\ said first', ...said.map((_, index) => String(index + 1))];
  const legend = said.map((name, index) => `${index + 1} ${name}`).join(' · ');
  return [
    table([head, ...done.map((row) => [row, ...said.map((column) => (count(row, column) || '·').toString())])]),
    legend,
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
