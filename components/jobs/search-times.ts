import { parseJobQuery } from '@/lib/search/parse-query';

/** A day or a clock without a zone in a search for `finished`. */
const NO_ZONE = /finished[:=<>]+"?(today|yesterday|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2})[^\s"]*/gi;
const ZONE = /(z|[+-]\d{2}:\d{2})$/i;

/**
 * Moments (ms since the epoch, the earliest first) that a search names by a clock or day without saying a zone: they are UTC, which
 * may not be what whoever typed it meant.
 */
export function timesWithoutZone(text: string, now: number): number[] {
  const words = text.match(NO_ZONE) ?? [];
  const moments = words
    .filter((word) => !ZONE.test(word))
    .flatMap((word) => parseJobQuery(word, now).query?.terms ?? [])
    .map(({ value }) => Number(value));
  return [...new Set(moments)].sort((a, b) => a - b).slice(0, 2);
}
