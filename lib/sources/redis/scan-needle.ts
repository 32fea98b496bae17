/**
 * A text to be found in stored fields by a script. Lua's own `string.lower` costs more than reading the field, so a short
 * piece of the text is looked for in all its spellings, and only where one stands the whole is compared.
 */
export type Needle = {
  /** The text, ASCII letters in lower case unless case matters. */
  text: string;
  /** Byte at which the piece begins in it. */
  offset: number;
  /** The piece as it is mostly written. */
  piece: string;
  /** Its other spellings, by a capital that all of a group have: where that does not stand, none of them does. */
  others: { capital: string; variants: string[] }[];
  /** Whether letters of both cases are meant. */
  fold: boolean;
};

/** Rough share of each character among those of error texts and JSON payloads, in parts of 10,000. */
const SHARE: Readonly<Record<string, number>> = {
  ...{ e: 900, t: 650, a: 600, o: 550, i: 550, n: 550, s: 500, r: 500, h: 300, l: 300, d: 300, c: 250, u: 200, m: 200 },
  ...{ f: 150, p: 150, g: 150, w: 100, y: 120, b: 100, v: 70, k: 60, x: 20, j: 20, q: 10, z: 10 },
  ...{ ' ': 1000, '"': 500, ':': 250, ',': 250, '.': 100, '/': 100, '-': 100, _: 80, '\\': 60 },
};
const UPPER_SHARE = 0.06;
const DIGIT_SHARE = 200;
const OTHER_SHARE = 30;
const MAX_PIECE = 3;

/** Measured, in µs over a field of 900 bytes: one search, one stop at a first letter, one comparison of the whole. */
const SEARCH_COST = 0.12;
const STOP_COST = 0.008 * 900;
const COMPARE_COST = 0.35 * 900;

/**
 * Needles whose finding is necessary for `text` to be there; `isExact` when it is sufficient too. Case of letters that
 * are not ASCII is left to whoever looks closer.
 */
export function needlesOf(text: string, fold: boolean): { needles: Needle[]; isExact: boolean } {
  const wellFormed = asSent(text);
  if (!fold) return { needles: [{ text: wellFormed, offset: 0, piece: wellFormed, others: [], fold }], isExact: true };
  const runs = wellFormed.split(/[^\u0000-\u007f]+/);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === wellFormed) return { needles: [toNeedle(wellFormed)], isExact: true };
  if (longest !== '') return { needles: [toNeedle(longest)], isExact: false };
  const [first = ''] = wellFormed;
  const spellings = [...new Set([first, first.toLowerCase(), first.toUpperCase()])];
  return {
    needles: spellings.map((one) => ({ text: one, offset: 0, piece: one, others: [], fold: false })),
    isExact: false,
  };
}

/** What is stored when a text is sent: half of a surrogate pair becomes U+FFFD. */
export function asSent(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function toNeedle(ascii: string): Needle {
  const text = ascii.toLowerCase();
  let best = { offset: 0, length: 1, cost: Infinity };
  for (let length = 1; length <= Math.min(MAX_PIECE, text.length); length += 1)
    for (let offset = 0; offset + length <= text.length; offset += 1) {
      const cost = costOf(text.slice(offset, offset + length));
      if (cost < best.cost) best = { offset, length, cost };
    }
  const piece = text.slice(best.offset, best.offset + best.length);
  const byCapital = new Map<string, string[]>();
  for (const spelling of spellingsOf(piece)) {
    const capital = [...spelling].find((char, at) => char !== piece[at]);
    if (capital !== undefined) byCapital.set(capital, [...(byCapital.get(capital) ?? []), spelling]);
  }
  const others = [...byCapital].map(([capital, variants]) => ({ capital, variants }));
  return { text, offset: best.offset, piece, others, fold: true };
}

function costOf(piece: string): number {
  const searches = spellingsOf(piece).reduce((sum, one) => sum + SEARCH_COST + STOP_COST * shareOf(one[0] ?? ''), 0);
  const stands = [...piece].reduce((share, char) => share * shareOf(char), 1);
  return searches + COMPARE_COST * Math.min(1, stands * 1.5);
}

function shareOf(char: string): number {
  const lower = char.toLowerCase();
  const share = SHARE[lower] ?? (char >= '0' && char <= '9' ? DIGIT_SHARE : OTHER_SHARE);
  return (char === lower ? share : share * UPPER_SHARE) / 10_000;
}

/** `ab` → `ab`, `aB`, `Ab`, `AB`. */
function spellingsOf(piece: string): string[] {
  let all = [''];
  for (const char of piece) {
    const both = [...new Set([char.toLowerCase(), char.toUpperCase()])];
    all = all.flatMap((start) => both.map((end) => start + end));
  }
  return all;
}
