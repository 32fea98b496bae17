import type { SearchSuggestions } from '../domain/search';
import { textOf } from './json-path';
import { quoteSegment } from './format-query';

/** Fields of one sampled job, as stored; `null` where there is none or it is too large to look at. */
export type SampledJob = {
  name: string | null;
  error: string | null;
  data: string | null;
  result: string | null;
};

const MAX_NAMES = 50;
const MAX_ERRORS = 20;
const MAX_PATHS = 200;
const MAX_VALUES = 5;
const MAX_DEPTH = 5;
const MAX_KEYS = 60;
const MAX_ELEMENTS = 3;
const MAX_VALUE_CHARS = 60;
/** How an error begins says what it is; what follows the first number or quote changes from job to job. */
const ERROR_START = /^[^\d"'`\n]{6,60}/;

/** What a search may name, by how often it was seen in a sample. */
export function suggest(jobs: readonly SampledJob[]): SearchSuggestions {
  const names = new Map<string, number>();
  const errors = new Map<string, number>();
  const paths = new Map<string, Map<string, number>>();
  for (const { name, error, data, result } of jobs) {
    if (name !== null) count(names, name);
    const start = ERROR_START.exec(error ?? '')?.[0].trim();
    if (start !== undefined && start.length >= 6) count(errors, start);
    walk(parse(data), 'data', 0, paths);
    walk(parse(result), 'result', 0, paths);
  }
  const seen = [...paths].map(([path, values]) => ({ path, values, times: sum(values) }));
  return {
    sampled: jobs.length,
    names: mostFrequent(names, MAX_NAMES),
    errors: mostFrequent(errors, MAX_ERRORS),
    paths: seen
      .sort((one, two) => two.times - one.times || one.path.localeCompare(two.path))
      .slice(0, MAX_PATHS)
      .map(({ path, values }) => ({ path, values: mostFrequent(values, MAX_VALUES) })),
  };
}

function walk(value: unknown, path: string, depth: number, paths: Map<string, Map<string, number>>): void {
  if (Array.isArray(value)) {
    if (depth < MAX_DEPTH) for (const element of value.slice(0, MAX_ELEMENTS)) walk(element, path, depth + 1, paths);
    return;
  }
  if (value !== null && typeof value === 'object') {
    if (depth >= MAX_DEPTH) return;
    for (const key of Object.keys(value).slice(0, MAX_KEYS))
      walk((value as Record<string, unknown>)[key], `${path}.${quoteSegment(key)}`, depth + 1, paths);
    return;
  }
  const text = textOf(value);
  if (text === null || !path.includes('.') || (!paths.has(path) && paths.size >= MAX_PATHS * 5)) return;
  const values = paths.get(path) ?? new Map<string, number>();
  paths.set(path, values);
  count(values, text.length <= MAX_VALUE_CHARS ? text : '');
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, times) => total + times, 0);
}

function mostFrequent(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return [...counts]
    .filter(([key]) => key !== '')
    .sort(([, one], [, two]) => two - one)
    .slice(0, limit)
    .map(([key]) => key);
}

function parse(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
