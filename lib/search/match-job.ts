import type { JobState } from '../domain/queue';
import type { JobQuery, SearchTerm } from '../domain/search';
import { textOf, valuesAt } from './json-path';
import { containsAny, formsOf } from './needles';

/** Fields of a job that a search reads, in the words of the job's hash. */
export const HASH_TEXTS = ['name', 'failedReason', 'stacktrace', 'data', 'returnvalue', 'progress'] as const;
export type HashText = (typeof HASH_TEXTS)[number];
export const HASH_NUMBERS = ['timestamp', 'processedOn', 'finishedOn', 'attemptsMade', 'atm', 'priority'] as const;
export type HashNumber = (typeof HASH_NUMBERS)[number];

/** What is known of a job. `text` answers `null` for a field that is not there, `undefined` for one too large to read. */
export type JobFacts = {
  id: string;
  state: JobState;
  numbers: Readonly<Partial<Record<HashNumber, number | null>>>;
  text(field: HashText): string | null | undefined;
};

export type MatchContext = {
  /** ms since the epoch that ages are counted from. */
  now: number;
  /** The failure group of an error, of its `failedReason` and `stacktrace` as stored. */
  fingerprintOf(reason: string, stacktrace: string | null): string;
};

const TERM_TEXTS: Record<SearchTerm['field'], readonly HashText[]> = {
  text: ['name', 'failedReason', 'data'],
  id: [],
  name: ['name'],
  error: ['failedReason'],
  stack: ['stacktrace'],
  data: ['data'],
  result: ['returnvalue'],
  progress: ['progress'],
  group: ['failedReason', 'stacktrace'],
  attempts: [],
  priority: [],
  age: [],
  run: [],
  wait: [],
  finished: [],
};
/** The text fields that a term looks at; only completed jobs have a result. */
export function textsOf(field: SearchTerm['field'], state: JobState): readonly HashText[] {
  return field === 'text' && state === 'completed' ? [...TERM_TEXTS.text, 'returnvalue'] : TERM_TEXTS[field];
}

/** Those that hold JSON. */
export const JSON_TEXTS: ReadonlySet<HashText> = new Set(['data', 'returnvalue', 'stacktrace', 'progress']);

/**
 * Whether a job matches: `null` when a payload that decides was too large to look into. Nothing stored may make this
 * throw: JSON that is broken or nested without end simply has no values.
 */
export function matchesJob({ terms }: JobQuery, job: JobFacts, context: MatchContext): boolean | null {
  const parsed = new Map<HashText, unknown>();
  let isSure = true;
  for (const term of terms) {
    const holds = matchesTerm(term, job, context, parsed);
    if (holds === null) isSure = false;
    else if (holds === term.isNegated) return false;
  }
  return isSure ? true : null;
}

function matchesTerm(
  term: SearchTerm,
  job: JobFacts,
  context: MatchContext,
  parsed: Map<HashText, unknown>,
): boolean | null {
  switch (term.field) {
    case 'id':
      return matchesText(term, job.id, false);
    case 'text':
      return matchesText(term, job.id, false) || anyText(term, job);
    case 'data':
    case 'result':
      return term.path ? matchesPath(term, term.path, job, parsed) : anyText(term, job);
    case 'group':
      return matchesGroup(term, job, context);
    case 'progress':
      return matchesProgress(term, job.text('progress'));
    case 'name':
    case 'error':
    case 'stack':
      return anyText(term, job);
    default:
      return compare(numberOf(term.field, job, context.now), term);
  }
}

function anyText(term: SearchTerm, job: JobFacts): boolean | null {
  let isSure = true;
  for (const field of textsOf(term.field, job.state)) {
    const text = job.text(field);
    if (text === undefined) isSure = false;
    else if (matchesText(term, text, JSON_TEXTS.has(field))) return true;
  }
  return isSure ? false : null;
}

function matchesText({ comparison, value }: SearchTerm, text: string | null, isJson: boolean): boolean {
  const wanted = String(value);
  if (comparison === 'contains') return text !== null && containsAny(text, formsOf(wanted, isJson));
  if (text === null) return wanted === '';
  return text === wanted || (isJson && text === JSON.stringify(wanted));
}

function matchesPath(
  term: SearchTerm,
  path: readonly string[],
  job: JobFacts,
  parsed: Map<HashText, unknown>,
): boolean | null {
  const [field = 'data'] = TERM_TEXTS[term.field];
  const text = job.text(field);
  if (text === undefined) return null;
  if (!parsed.has(field)) parsed.set(field, parseJson(text));
  const wanted = String(term.value).toLowerCase();
  return valuesAt(parsed.get(field), path).some((value) => {
    if (typeof term.value === 'number') return compare(typeof value === 'number' ? value : null, term);
    const shown = textOf(value);
    if (shown === null) return false;
    return term.comparison === 'equals' ? shown === term.value : shown.toLowerCase().includes(wanted);
  });
}

function matchesGroup({ value }: SearchTerm, job: JobFacts, { fingerprintOf }: MatchContext): boolean | null {
  const reason = job.text('failedReason');
  const traces = job.text('stacktrace');
  if (reason === undefined || traces === undefined) return null;
  return reason !== null && fingerprintOf(reason, traces) === value;
}

/** Progress is JSON: mostly a number, but workers may report anything. */
function matchesProgress(term: SearchTerm, text: string | null | undefined): boolean | null {
  if (text === undefined) return null;
  if (typeof term.value === 'string') return matchesText(term, text, true);
  return compare(text === null || text.trim() === '' ? null : Number(text), term);
}

/** In ms, ms since the epoch, or a count; `null` when the job does not have it. */
function numberOf(field: SearchTerm['field'], { state, numbers }: JobFacts, now: number): number | null {
  const { timestamp = null, processedOn = null, finishedOn = null, attemptsMade, atm, priority } = numbers;
  switch (field) {
    case 'attempts':
      return atm ?? attemptsMade ?? 0;
    case 'priority':
      return priority ?? 0;
    case 'age':
      return timestamp === null ? null : now - timestamp;
    case 'run':
      if (processedOn === null) return null;
      if (finishedOn !== null && finishedOn >= processedOn) return finishedOn - processedOn;
      return state === 'active' ? now - processedOn : null;
    case 'wait':
      return timestamp === null ? null : Math.max(0, (processedOn ?? now) - timestamp);
    case 'finished':
      return state === 'completed' || state === 'failed' ? finishedOn : null;
    default:
      return null;
  }
}

function compare(number: number | null, { comparison, value }: SearchTerm): boolean {
  if (number === null || Number.isNaN(number)) return false;
  const bound = Number(value);
  switch (comparison) {
    case '>':
      return number > bound;
    case '>=':
      return number >= bound;
    case '<':
      return number < bound;
    case '<=':
      return number <= bound;
    default:
      return number === bound;
  }
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
