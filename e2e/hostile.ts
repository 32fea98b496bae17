import Bull from 'bull';
import { FlowProducer, Queue, Worker } from 'bullmq';
import type { Frame, Page } from '@playwright/test';
import type { TestProduct } from './product';

/** Nothing with this name is ever asked for: whatever asks for it was started by a job's text. */
const AWAY = 'http://away.invalid';
const RUN = 'window.top.ran=1;window.ran=1;alert(document.domain)';
/** Tries every way from text to script that there is. What is displayed of it holds `onerror=`. */
export const HOSTILE = [
  `"'><img src="${AWAY}/i.png" onerror="${RUN}">`,
  `<svg onload="${RUN}">`,
  `<script>${RUN}</script><script src="${AWAY}/s.js"></script>`,
  `</script></style></title></textarea></noscript><iframe srcdoc="<script>${RUN}</script>"></iframe>`,
  `<link rel=stylesheet href="${AWAY}/c.css"><base href="${AWAY}/"><meta http-equiv=refresh content="0;url=${AWAY}/m">`,
  `<a href="javascript:${RUN}" ping="${AWAY}/p">x</a><form action="${AWAY}/f"><button autofocus onfocus="${RUN}">`,
  `{{constructor.constructor('${RUN}')()}} \${${RUN}} <%= ${RUN} %> \u202e\u0000\u2028-->]]>`,
].join(' ');
/** The same for names, in which a colon or a space has a meaning. */
export const HOSTILE_NAME = `"'><img/src=x/onerror=${RUN.replaceAll(':', '')}><svg/onload=${RUN}>`;
const LINK = 'https://away.invalid/"onmouseover="alert(1)';

export type HostileQueues = { bull: string; bullMq: string; close(): Promise<void> };

/** Puts hostile text into every field that jobs, queues, workers, schedulers and their errors carry. */
export async function hostileQueues({ redis: connection }: TestProduct): Promise<HostileQueues> {
  const names = { bull: `bull ${HOSTILE_NAME}`, bullMq: `mq ${HOSTILE_NAME}` };
  const data = { [HOSTILE]: HOSTILE, html: HOSTILE, deep: { list: [HOSTILE] } };
  const fail = () => {
    const error = new Error(HOSTILE);
    error.stack = `Error: ${HOSTILE}\n    at ${HOSTILE} (/app/${HOSTILE}.ts:1:1)\n    at work (/app/src/mailer.ts:10:3)`;
    return error;
  };
  const bull = new Bull(names.bull, { redis: connection });
  for (const id of ['bad', 'good', 'open']) await bull.add(HOSTILE, data, { jobId: `${id} ${HOSTILE_NAME}` });
  await bull.add(HOSTILE, data, { delay: 3_600_000, jobId: 'later' });
  await bull.add(HOSTILE, data, { repeat: { every: 3_600_000 }, jobId: HOSTILE_NAME });
  const bullWorker = new Bull(names.bull, { redis: connection });
  void bullWorker.process('*', async (job) => {
    await job.log(HOSTILE);
    await job.progress({ [HOSTILE]: HOSTILE });
    if (String(job.id).startsWith('bad')) throw fail();
    if (String(job.id).startsWith('open')) await new Promise((resolve) => setTimeout(resolve, 600_000));
    return { [HOSTILE]: HOSTILE };
  });

  const bullMq = new Queue(names.bullMq, { connection });
  for (const id of ['bad', 'good']) await bullMq.add(HOSTILE, data, { jobId: `${id}-${HOSTILE_NAME}` });
  await bullMq.add(HOSTILE, data, { jobId: 'open' });
  await bullMq.add(HOSTILE, data, { priority: 3, jobId: 'weighty' });
  await bullMq.add(HOSTILE, data, { delay: 3_600_000, jobId: 'later' });
  await bullMq.upsertJobScheduler(HOSTILE_NAME, { every: 3_600_000 }, { name: HOSTILE, data });
  const flows = new FlowProducer({ connection });
  await flows.add({
    name: HOSTILE,
    queueName: names.bullMq,
    data,
    opts: { jobId: 'parent' },
    children: [{ name: HOSTILE, queueName: names.bullMq, data, opts: { jobId: 'child', delay: 3_600_000 } }],
  });
  const bullMqWorker = new Worker(
    names.bullMq,
    async (job) => {
      await job.log(HOSTILE);
      await job.updateProgress({ [HOSTILE]: HOSTILE });
      if (job.id?.startsWith('bad')) throw fail();
      if (job.id === 'open') await new Promise((resolve) => setTimeout(resolve, 600_000));
      return { [HOSTILE]: HOSTILE };
    },
    // Redis takes no spaces in the name of a connection.
    { connection, concurrency: 4, name: HOSTILE_NAME.replaceAll(' ', '') },
  );
  return {
    ...names,
    async close() {
      await Promise.all([bullMqWorker.close(true), flows.close(), bullMq.close()]);
      await Promise.all([bullWorker.close(true), bull.close(true)]);
    },
  };
}

/** Says hostile things by the API: a mark, notes, a person, an operation, refused attempts. */
export async function hostileWords({ api, url }: TestProduct, key: string): Promise<void> {
  const post = (path: string, body: unknown) =>
    api(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await post('/api/v1/marks', {
    kind: 'deploy',
    text: HOSTILE.slice(0, 500),
    pattern: `*${HOSTILE_NAME}*`,
    link: LINK,
  });
  await post('/api/v1/marks', { kind: 'deploy', text: HOSTILE.slice(0, 500) });
  await post('/api/v1/people', { email: `${HOSTILE_NAME.replaceAll(/[@\s]/g, '')}@example.com`, role: 'viewer' });
  await post(`/api/v1/people/${encodeURIComponent(HOSTILE_NAME)}/actions`, { action: 'disable' });
  await refusedSignIn(url);
  const { groups } = (await (await api('/api/v1/failures')).json()) as { groups: { fingerprint: string }[] };
  for (const { fingerprint } of groups)
    await post(`/api/v1/failures/${fingerprint}/actions`, { action: 'note', text: HOSTILE });
  await post(`/api/v1/queues/${key}/operations`, {
    action: 'retry',
    target: { by: 'query', state: 'failed', query: `"${HOSTILE_NAME.replaceAll(/["\\]/g, '')}"` },
    pace: 1,
  });
}

/** Somebody tries to come in under a hostile address, with a browser of a hostile name. */
async function refusedSignIn(url: string): Promise<void> {
  const agent = { 'user-agent': HOSTILE_NAME };
  const page = await fetch(`${url}/api/auth/csrf`, { headers: agent });
  const { csrfToken } = (await page.json()) as { csrfToken: string };
  const cookie = page.headers.getSetCookie().map((one) => one.split(';')[0]);
  await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...agent, cookie: cookie.join('; '), origin: url },
    body: new URLSearchParams({ csrfToken, email: HOSTILE_NAME, password: 'not the password', json: 'true' }),
  });
}

export type Watch = { findings: string[] };

/** Writes down whatever runs, asks, or is reported by the policy, on a page and in all of its frames. */
export async function watchPage(page: Page, { url }: TestProduct): Promise<Watch> {
  const findings: string[] = [];
  const where = () => new URL(page.url()).pathname.slice(0, 60);
  page.on('dialog', (dialog) => {
    findings.push(`${where()}: dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${url}/`) && !/^(?:data|blob|about):/.test(asked))
      findings.push(`${where()}: asked for ${asked}`);
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy|TrustedHTML|TrustedScript/i.test(message.text()))
      findings.push(`${where()}: ${message.text()}`);
  });
  page.on('popup', () => findings.push(`${where()}: popup`));
  return { findings };
}

/** Whether anything of ours ran in one of the frames. */
export async function hasRun(page: Page): Promise<boolean> {
  const ran = await Promise.all(
    page.frames().map((frame: Frame) => frame.evaluate(() => 'ran' in window).catch(() => false)),
  );
  return ran.includes(true);
}
