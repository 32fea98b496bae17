import type { Job } from '@/lib/domain/job';
import type { QueueId } from '@/lib/domain/queue';

export const CODE_TARGETS = ['bull', 'bullmq', 'curl'] as const;
export type CodeTarget = (typeof CODE_TARGETS)[number];
export const CODE_WORDS: Record<CodeTarget, string> = { bull: 'Bull', bullmq: 'BullMQ', curl: 'curl' };

/** What the code adds: a job like this one. `data`: JSON text as stored. */
export type CodeSource = {
  queue: QueueId;
  queueKey: string;
  name: string | null;
  data: string;
  options: string | null;
};

/** Options that mean the same when the job is added again; ids, schedules and times of the old one do not. */
const KEPT = ['priority', 'attempts', 'backoff', 'lifo', 'removeOnComplete', 'removeOnFail'] as const;

/**
 * Code that adds a job like this one. Names and data are hostile: everything is put in as a JSON literal, which is a
 * JavaScript literal too, and for the shell in single quotes.
 */
export function codeOf(target: CodeTarget, source: CodeSource, origin: string): string {
  return target === 'curl' ? curl(source, origin) : program(target, source);
}

function program(target: 'bull' | 'bullmq', { queue, name, data, options }: CodeSource): string {
  const value = literal(data);
  const kept = keptOptions(options);
  const jobName = JSON.stringify(name ?? '__default__');
  const last = Object.keys(kept).length === 0 ? '' : `, ${JSON.stringify(kept, null, 2)}`;
  const head =
    target === 'bull'
      ? [
          `const Queue = require('bull');`,
          `const queue = new Queue(${JSON.stringify(queue.name)}, process.env.REDIS_URL, { prefix: ${JSON.stringify(queue.namespace)} });`,
        ]
      : [
          `import { Queue } from 'bullmq';`,
          `const queue = new Queue(${JSON.stringify(queue.name)}, {`,
          `  prefix: ${JSON.stringify(queue.namespace)},`,
          `  connection: { url: process.env.REDIS_URL },`,
          `});`,
        ];
  const add =
    target === 'bull' && (name === null || name === '__default__')
      ? `queue.add(${value}${last})`
      : `queue.add(${jobName}, ${value}${last})`;
  const body =
    target === 'bull'
      ? [`${add}`, `  .then((job) => console.log('added', job.id))`, `  .finally(() => queue.close());`]
      : [`const job = await ${add};`, `console.log('added', job.id);`, `await queue.close();`];
  return [...head, '', ...body].join('\n') + '\n';
}

/** JSON as a JavaScript expression. In an object literal `__proto__` is no key, and text that is not JSON no value. */
function literal(data: string): string {
  try {
    const value: unknown = JSON.parse(data);
    return data.includes('__proto__') || data.includes('\\u005f')
      ? `JSON.parse(${JSON.stringify(data)})`
      : JSON.stringify(value, null, 2);
  } catch {
    return JSON.stringify(data);
  }
}

function curl({ queueKey, name, data, options }: CodeSource, origin: string): string {
  const opts = keptOptions(options);
  const head = [
    ...(name === null || name === '__default__' ? [] : [`"name":${JSON.stringify(name)}`]),
    `"data":${isJson(data) ? data.trim() : JSON.stringify(data)}`,
    ...(Object.keys(opts).length === 0 ? [] : [`"opts":${JSON.stringify(opts)}`]),
  ];
  return (
    [
      `curl ${quoted(`${origin}/api/v1/queues/${queueKey}/jobs`)}`,
      `  -H "Authorization: Bearer $TAILBACK_TOKEN"`,
      `  -H 'Content-Type: application/json'`,
      `  --data-raw ${quoted(`{${head.join(',')}}`)}`,
    ].join(' \\\n') + '\n'
  );
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function keptOptions(options: string | null): Partial<Record<(typeof KEPT)[number], unknown>> {
  try {
    const all = JSON.parse(options ?? '{}') as Record<string, unknown> | null;
    return Object.fromEntries(
      KEPT.filter((name) => all?.[name] !== undefined && all[name] !== null && all[name] !== 0 && all[name] !== false)
        .filter((name) => !(name === 'attempts' && all?.[name] === 1))
        .map((name) => [name, all?.[name]]),
    );
  } catch {
    return {};
  }
}

/** Whether the job can be given to this target as it is: code of 5 MB helps nobody. */
export function whyNoCode(job: Job): string | null {
  return job.data?.isCut ? 'The data is too large to be put into code. Download it instead.' : null;
}
