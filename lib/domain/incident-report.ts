import type { AuditEntry } from './audit';
import type { Mark } from './mark';
import { countWords, durationWords, numberWords } from './words';

/** A curve of the report: one value a step. */
export type ReportCurve = { label: string; unit: 'jobs' | 'ms'; values: readonly (number | null)[] };

export type ReportQueue = {
  label: string;
  /** The queue's page, frozen at the window. */
  url: string;
  /** As they are when the report is made, the worst first. */
  verdicts: readonly { severity: string; since: number; sentence: string }[];
  numbers: readonly { label: string; text: string }[];
  curves: readonly ReportCurve[];
  /** Kinds of failure in the window, the most frequent first. */
  failures: readonly { title: string; count: number; share: number | null; url: string }[];
};

export type IncidentReport = {
  title: string;
  environment: string | null;
  /** What is reported on, frozen. */
  url: string;
  /** ms since the epoch. */
  from: number;
  to: number;
  madeAt: number;
  queues: readonly ReportQueue[];
  /** Queues that fit and are left out. */
  moreQueues: number;
  /** Oldest first. */
  marks: readonly Mark[];
  marksAreCut: boolean;
  /** Oldest first; `null`: the reader may not see the log. */
  actions: readonly AuditEntry[] | null;
};

const MAX_LINE = 300;
const SPARK_STEPS = 40;
const BARS = '▁▂▃▄▅▆▇█';

/**
 * An incident as Markdown, to be pasted into a chat, an issue or a post-mortem. Names and texts come from jobs: nothing
 * in them is a heading, a link, a picture, HTML or a mention.
 */
export function incidentReport(report: IncidentReport): string {
  const { title, environment, url, from, to, madeAt, queues, moreQueues, marks, marksAreCut, actions } = report;
  const parts = [
    `# ${plain(title)}`,
    [
      `- Window: ${moment(from)} to ${moment(to)} (${durationWords(to - from)}): ${url}`,
      ...(environment === null ? [] : [`- Environment: ${plain(environment)}`]),
      `- Copied: ${moment(madeAt)}`,
    ].join('\n'),
    ...queues.map((queue) => queuePart(queue, madeAt)),
    ...(moreQueues > 0 ? [`… and ${countWords(moreQueues, 'more queue')}.`] : []),
    `## What happened\n\n${marksPart(marks, marksAreCut)}`,
    `## Actions taken\n\n${actionsPart(actions)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function queuePart({ label, url, verdicts, numbers, curves, failures }: ReportQueue, madeAt: number): string {
  const lines = [`## ${code(label)}`, '', url, ''];
  if (verdicts.length === 0) lines.push('No verdict when this was copied.');
  for (const { severity, since, sentence } of verdicts)
    lines.push(`- **${severity}**, for ${durationWords(Math.max(0, madeAt - since))}: ${plain(sentence)}`);
  if (numbers.length > 0)
    lines.push('', '| | |', '| --- | ---: |', ...numbers.map((one) => `| ${plain(one.label)} | ${plain(one.text)} |`));
  const drawn = curves.filter(({ values }) => values.some((value) => value !== null));
  if (drawn.length > 0) {
    const width = Math.max(...drawn.map((curve) => curve.label.length));
    lines.push('', '```', ...drawn.map((curve) => curveLine(curve, width)), '```');
  }
  if (failures.length > 0)
    lines.push(
      '',
      'Top failures:',
      '',
      ...failures.map(({ title, count, share, url: href }) => {
        const part = share === null ? '' : ` (${Math.round(share * 100)} %)`;
        return `- ${countWords(count, 'failure')}${part}: ${code(title)} ${href}`;
      }),
    );
  return lines.join('\n');
}

function curveLine({ label, unit, values }: ReportCurve, width: number): string {
  const known = values.filter((value) => value !== null);
  const words = unit === 'ms' ? durationWords : numberWords;
  return `${label.padEnd(width)}  ${sparkline(values)}  max ${words(Math.max(...known))}, last ${words(known.at(-1) ?? 0)}`;
}

/** A curve of at most 40 characters from zero to its maximum; `·` where nothing is known. */
export function sparkline(values: readonly (number | null)[], steps = SPARK_STEPS): string {
  const count = Math.min(steps, values.length);
  const buckets = Array.from({ length: count }, (_, index) => {
    const part = values.slice(
      Math.floor((index * values.length) / count),
      Math.floor(((index + 1) * values.length) / count),
    );
    const known = part.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
  const top = Math.max(0, ...buckets.map((value) => value ?? 0));
  return buckets
    .map((value) => (value === null ? '·' : BARS[top === 0 ? 0 : Math.ceil((value / top) * (BARS.length - 1))]))
    .join('');
}

function marksPart(marks: readonly Mark[], areCut: boolean): string {
  if (marks.length === 0) return 'Nothing that Tailback noted.';
  const lines = marks.map(({ at, until, kind, text, queue, by }) => {
    const where = queue ? ` ${code(queue.name)}` : '';
    const lasted = until === null ? '' : ` for ${durationWords(until - at)}`;
    return `- ${moment(at)} ${kind.replaceAll('-', ' ')}${where}: ${plain(text)}${lasted}${by === null ? '' : `, by ${plain(by)}`}`;
  });
  return [...(areCut ? ['- … (earlier ones are left out)'] : []), ...lines].join('\n');
}

function actionsPart(actions: readonly AuditEntry[] | null): string {
  if (actions === null) return 'The audit log is for administrators; what changed queues is listed above.';
  if (actions.length === 0) return 'None by way of Tailback.';
  return actions
    .map(({ at, actor, action, target, jobCount, outcome, detail }) => {
      const jobs = jobCount > 0 ? `, ${countWords(jobCount, 'job')}` : '';
      return `- ${moment(at)} ${plain(actor)}: **${plain(action)}** ${code(target)}${jobs} (${outcome}${detail === null ? '' : `: ${plain(detail)}`})`;
    })
    .join('\n');
}

/** Text as it is: everything that Markdown or a chat would take for its own is made harmless. */
function plain(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*_{}[\]()<>#+!|~&]/g, '\\$&')
      // Neither a mention nor an address that is made a link.
      .replace(/@/g, '@\u2060')
      .replace(/(https?|www)(?=[:.])/gi, '$1\u2060')
  );
}

/** A name in a code span, in which nothing is special but the backtick. */
function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'").replaceAll('|', '¦') || '–'}\``;
}

function oneLine(text: string): string {
  const visible = text
    .slice(0, 4 * MAX_LINE)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return visible.length > MAX_LINE ? `${visible.slice(0, MAX_LINE - 1)}…` : visible;
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
