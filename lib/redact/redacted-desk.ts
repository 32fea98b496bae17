import { AppError, isAppError } from '../domain/errors';
import type { Job, JobField, JobRow, TextPreview } from '../domain/job';
import type { JobScan, ScanPage } from '../sources/job-scan';
import type { JobFieldName, QueueRef, SourceDesk } from '../sources/source';
import { isWhole, mask, REDACTED, redactValue, rulesOf, type RedactRules } from './redact-paths';
import { assertMayAsk } from './redact-query';

/** A field above this size is not given at all to somebody who does not see all of it. */
const MAX_BYTES = 5_000_000;

/** What was found in a job to be taken out; `null`: its data could not be looked through, so any text may hold some of it. */
type Taken = readonly string[] | null;

/**
 * A source's desk for somebody who does not see all that jobs carry. What cannot be looked through is not given: data
 * that was cut or is no JSON, and texts (errors, logs, progress) of such a job, since workers put data into them.
 */
export function redactedDesk(desk: SourceDesk, rules: RedactRules): SourceDesk {
  const [ofData, ofResult] = [rulesOf(rules, 'data'), rulesOf(rules, 'result')];
  const hides = (field: string) => rulesOf(rules, field).length > 0;

  const text = (value: string, field: string, taken: Taken) =>
    taken === null || hides(field) ? REDACTED : mask(value, taken);
  const maybe = (value: string | null, field: string, taken: Taken) => value && text(value, field, taken);
  const progressOf = (progress: JobRow['progress'], taken: Taken) =>
    typeof progress === 'string' ? text(progress, 'progress', taken) : hides('progress') ? null : progress;

  function row(job: JobRow): JobRow {
    const { preview, taken } = redactPreview(job.dataPreview, ofData);
    return {
      ...job,
      dataPreview: preview,
      failedReason: maybe(job.failedReason, 'error', taken),
      progress: progressOf(job.progress, taken),
    };
  }

  function whole(job: Job): Job {
    const data = redactField(job.data, ofData);
    const result = redactField(job.result, ofResult);
    const taken = data.taken === null || result.taken === null ? null : [...data.taken, ...result.taken];
    return {
      ...job,
      data: data.field,
      result: result.field,
      // The options repeat data where a scheduler made the job.
      options: hides('options')
        ? null
        : redactField(
            job.options,
            ofData.map((path) => ['**', ...path]),
          ).field,
      // It would tell whether a guess is right.
      dataHash: null,
      error: job.error && { ...job.error, text: text(job.error.text, 'error', taken) },
      failedReason: maybe(job.failedReason, 'error', taken),
      stacktrace: job.stacktrace.map((trace) => text(trace, 'stack', taken)),
      progress: progressOf(job.progress, taken),
    };
  }

  /** What is to be masked in texts of a job. */
  async function takenOf(queue: QueueRef, id: string): Promise<Taken> {
    try {
      const job = await desk.job(queue, id);
      const found = [redactField(job.data, ofData), redactField(job.result, ofResult)];
      return found.some(({ taken }) => taken === null) ? null : found.flatMap(({ taken }) => taken ?? []);
    } catch (error) {
      if (isAppError(error) && error.code === 'not-found') return null;
      throw error;
    }
  }

  async function field(queue: QueueRef, id: string, name: JobFieldName) {
    const stored = await desk.field(queue, id, name);
    if (stored.bytes.byteLength > MAX_BYTES)
      throw notSeen('This field is too large to take out what your role does not see.');
    const content = stored.bytes.toString('utf8');
    if (name === 'data' || name === 'result') {
      const { field: shown } = redactField(
        { text: content, bytes: stored.bytes.byteLength, isCut: false },
        name === 'data' ? ofData : ofResult,
      );
      return { bytes: Buffer.from(shown?.text ?? ''), hash: 'redacted' };
    }
    if (name === 'options')
      throw notSeen('Your role does not see all that jobs carry, so options are not given as a whole.');
    const shown = text(content, name === 'error' ? 'error' : 'stack', await takenOf(queue, id));
    return { bytes: Buffer.from(shown), hash: 'redacted' };
  }

  const rowsOf = <Page extends ScanPage<JobRow>>(page: Page): Page => ({ ...page, hits: page.hits.map(row) });
  const scan: JobScan = {
    rows: async (queue, request) => {
      assertMayAsk(rules, request.query);
      return rowsOf(await desk.scan.rows(queue, request));
    },
    ids: (queue, request) => {
      assertMayAsk(rules, request.query);
      return desk.scan.ids(queue, request);
    },
    sample: async (queue, state, count) =>
      (await desk.scan.sample(queue, state, count)).map(({ name }) => ({
        name,
        error: null,
        data: null,
        result: null,
      })),
    find: (queues, id) => desk.scan.find(queues, id),
  };

  return {
    name: desk.name,
    scan,
    controls: desk.controls,
    // What messages carry is not given to such a role at all: the routes see to it.
    ...(desk.messages ? { messages: desk.messages } : {}),
    edits: {
      apply: (queue, id, edit) => {
        if (edit.edit === 'data')
          throw notSeen('Your role does not see all of the data, so it cannot be written anew without losing a part.');
        return desk.edits.apply(queue, id, edit);
      },
    },
    parts: {
      async logs(queue, id, request) {
        if (request.text !== null)
          throw notSeen('Your role does not see all that jobs carry, so logs are not searched.');
        const [logs, taken] = [await desk.parts.logs(queue, id, request), await takenOf(queue, id)];
        return { ...logs, lines: logs.lines.map((line) => ({ ...line, text: text(line.text, 'logs', taken) })) };
      },
      async flow(queue, id, request) {
        const flow = await desk.parts.flow(queue, id, request);
        const bare = <T extends { failedReason: string | null }>(job: T): T => ({ ...job, failedReason: null });
        return { ...flow, parents: flow.parents.map(bare), children: flow.children.map(bare) };
      },
      async events(queue, id) {
        const [found, taken] = [await desk.parts.events(queue, id), await takenOf(queue, id)];
        return {
          ...found,
          events: found.events.map((event) => ({ ...event, detail: maybe(event.detail, 'error', taken) })),
        };
      },
    },
    schedulers: {
      counts: (queues) => desk.schedulers.counts(queues),
      list: (queue, offset, limit) => desk.schedulers.list(queue, offset, limit),
      keptRuns: (queue, key, dues) => desk.schedulers.keptRuns(queue, key, dues),
      add: (queue, body) => desk.schedulers.add(queue, body),
      edit: (queue, body) => desk.schedulers.edit(queue, body),
      remove: (queue, id) => desk.schedulers.remove(queue, id),
      runNow: (queue, id) => desk.schedulers.runNow(queue, id),
      async get(queue, id) {
        const found = await desk.schedulers.get(queue, id);
        const { template } = found;
        if (!template || template.data === null) return found;
        const { field: shown } = redactField({ text: template.data, bytes: 0, isCut: false }, ofData);
        return { ...found, template: { ...template, data: shown?.text ?? null } };
      },
    },
    bulk: {
      now: () => desk.bulk.now(),
      count: (queue, set) => desk.bulk.count(queue, set),
      rows: async (queue, state, ids) => (await desk.bulk.rows(queue, state, ids)).map(row),
      whole: () => {
        throw notSeen('Your role does not see all that jobs carry, so they are not exported.');
      },
      refusal: (queue, action, state) => desk.bulk.refusal(queue, action, state),
      whyNotMove: (queue, action, to) => desk.bulk.whyNotMove(queue, action, to),
      hasBatch: (queue, action, state) => desk.bulk.hasBatch(queue, action, state),
      batch: (queue, action, set, count) => desk.bulk.batch(queue, action, set, count),
      act: (queue, act) => desk.bulk.act(queue, act),
      ends: (queue, ids) => desk.bulk.ends(queue, ids),
      close: () => desk.bulk.close(),
    },
    async jobs(queue, request) {
      const page = await desk.jobs(queue, request);
      return { ...page, jobs: page.jobs.map(row) };
    },
    job: async (queue, id) => whole(await desk.job(queue, id)),
    field,
    activeJobs: (queue, limit) => desk.activeJobs(queue, limit),
    act: (queue, action, ids) => desk.act(queue, action, ids),
    add: (queue, body) => desk.add(queue, body),
    setPaused: (queue, isPaused) => desk.setPaused(queue, isPaused),
    close: () => desk.close(),
  };
}

function redactPreview(
  preview: TextPreview | null,
  rules: readonly (readonly string[])[],
): { preview: TextPreview | null; taken: Taken } {
  const { field, taken } = redactField(preview, rules);
  return { preview: field, taken };
}

function redactField(
  field: JobField | null,
  rules: readonly (readonly string[])[],
): { field: JobField | null; taken: Taken } {
  if (field === null || rules.length === 0) return { field, taken: [] };
  const hidden = { field: { text: JSON.stringify(REDACTED), bytes: field.bytes, isCut: true }, taken: null };
  if (field.isCut) return hidden;
  let parsed: unknown;
  try {
    parsed = JSON.parse(field.text);
  } catch {
    return hidden;
  }
  const { value, taken } = redactValue(parsed, rules);
  return { field: { ...field, text: JSON.stringify(value), isCut: field.isCut || isWhole(rules) }, taken };
}

function notSeen(reason: string): AppError {
  return new AppError('forbidden', reason);
}
