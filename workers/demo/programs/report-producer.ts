import { randomInt } from 'node:crypto';
import { toQueueKey } from '../../../lib/domain/queue-key';
import { demoEnvironment } from '../support/environment';
import { atRate, runUntilStopped } from '../support/run-program';

const { apiUrl, token, source } = demoEnvironment();
const key = toQueueKey({ source, namespace: 'bull', name: 'report-generation' });
const address = `${apiUrl}/api/v1/queues/${key}/jobs`;

const TYPES = ['sales', 'inventory', 'payroll', 'tax', 'audience'];
let number = Date.now() % 1_000_000_000;
let isDown = false;
runUntilStopped(async () => {});
// Twice the rate would fill the audit log with this program's own lines.
atRate(() => (isDown ? 0.3 : 3), requestReport);

/** A web application's part: asks for a report through Tailback's API and gets 202 with the job's id. */
async function requestReport(): Promise<void> {
  const userId = `user-${randomInt(1, 400)}`;
  const isPremium = Math.random() < 0.2;
  number += 1;
  const body = {
    name: 'report',
    data: {
      userId,
      reportType: TYPES[randomInt(TYPES.length)],
      parameters: { month: randomInt(1, 13) },
      createdAt: Date.now(),
    },
    opts: {
      jobId: `${userId}-${number}`,
      priority: isPremium ? 1 : 10,
      ...(Math.random() < 0.08 ? { delay: randomInt(5_000, 120_000) } : {}),
      attempts: 3,
      backoff: { type: 'exponential', delay: 2_000 },
      removeOnComplete: 100,
      removeOnFail: 50,
    },
  };
  await post(body);
  // An impatient person clicks twice: the same id is not queued a second time.
  if (Math.random() < 0.05) await post(body);
}

async function post(body: unknown): Promise<void> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    report(response.ok ? null : `HTTP ${response.status}: ${detailOf(text)}`);
  } catch (error) {
    report((error as Error).message);
  }
}

/** The sentence of a problem document, or the beginning of whatever else was answered. */
function detailOf(text: string): string {
  return /"detail":"([^"]*)"/.exec(text)?.[1] ?? text.slice(0, 100);
}

/** Says once that the API does not take jobs, and once that it does again. */
function report(trouble: string | null): void {
  if ((trouble !== null) === isDown) return;
  // The queue is found a few seconds after its worker has started.
  if (process.uptime() < 20) return;
  isDown = trouble !== null;
  console.error(
    `demo, report-producer: ${isDown ? `the API takes no jobs (${trouble}); trying again` : 'the API takes jobs again'}`,
  );
}
