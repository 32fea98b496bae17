const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** ms of `500ms`, `5m`, `1.5h`, `1h30m`; `null` for anything else, a number without a unit included. */
export function parseDuration(text: string): number | null {
  if (text === '' || text.length > 40) return null;
  let total = 0;
  let at = 0;
  while (at < text.length) {
    const start = at;
    while (at < text.length && isNumeral(text[at])) at += 1;
    const amount = Number(text.slice(start, at));
    const unitStart = at;
    while (at < text.length && !isNumeral(text[at])) at += 1;
    const unit = UNIT_MS[text.slice(unitStart, at).toLowerCase()];
    if (start === unitStart || unit === undefined || !Number.isFinite(amount)) return null;
    total += amount * unit;
  }
  return total;
}

/** The shortest text that `parseDuration` reads as `ms`. */
export function formatDurationTerm(ms: number): string {
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    const size = UNIT_MS[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}

function isNumeral(char: string | undefined): boolean {
  return char !== undefined && ((char >= '0' && char <= '9') || char === '.');
}
