import http from 'node:http';
import type { FuzzRequest } from './requests';

/** What a request came to. `null`: the server closed the connection, as it may with what is no HTTP. */
export type Outcome = { status: number | null; ms: number };

export type Tally = {
  requests: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  slowestMs: number;
  /** One line each, at most 50. */
  findings: string[];
};

export type FuzzRun = {
  url: string;
  requests: Iterable<FuzzRequest>;
  count: number;
  headersFor: (request: FuzzRequest, index: number) => Readonly<Record<string, string>>;
  /** Whether the request may change something: `false` for what validation has to stop. */
  mayDo: (request: FuzzRequest) => boolean;
  /** Longest time for an answer to begin and, unless it is an endless one, to end. */
  limitMs: number;
  atOnce?: number;
  between?: (done: number) => Promise<void>;
  /** Is told the text of every answer. */
  hear?: ((text: string) => void) | undefined;
};

const MOST_FINDINGS = 50;

/** Sends the requests, some at a time, and writes down each answer of 500 and above, each hang, and each thing done that must not be. */
export async function runFuzz(run: FuzzRun): Promise<Tally> {
  const { url, count, limitMs, atOnce = 8 } = run;
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce * 2 });
  const tally: Tally = { requests: 0, statuses: {}, slowestMs: 0, findings: [] };
  const find = (what: string, { method, target, headers, body }: FuzzRequest) => {
    if (tally.findings.length >= MOST_FINDINGS) return;
    const text = body === null ? '' : ` ${JSON.stringify(headers)} ${String(body).slice(0, 300)}`;
    tally.findings.push(`${what}: ${method} ${target.slice(0, 300)}${text}`);
  };
  const rows = run.requests[Symbol.iterator]();
  const one = async () => {
    for (;;) {
      if (tally.requests >= count) return;
      const index = (tally.requests += 1);
      const request = rows.next().value as FuzzRequest;
      const { status, ms } = await send(url, request, run.headersFor(request, index), agent, limitMs, run.hear);
      tally.statuses[String(status)] = (tally.statuses[String(status)] ?? 0) + 1;
      tally.slowestMs = Math.max(tally.slowestMs, ms);
      if (status === 0) find(`no answer within ${limitMs} ms`, request);
      else if (status !== null && status >= 500) find(`answered ${status}`, request);
      else if (status !== null && status < 300 && request.method !== 'GET' && !run.mayDo(request))
        find(`done (${status})`, request);
      if (index % 500 === 0) await run.between?.(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  agent.destroy();
  return tally;
}

/** `status` 0: no answer in time. */
function send(
  url: string,
  { method, target, headers, body }: FuzzRequest,
  more: Readonly<Record<string, string>>,
  agent: http.Agent,
  limitMs: number,
  hear: FuzzRun['hear'],
): Promise<Outcome> {
  const startedAt = performance.now();
  const isEndless = /\/stream\b/.test(target.split('?')[0] ?? '');
  return new Promise((resolve) => {
    const end = (status: number | null) => {
      clearTimeout(timer);
      request.destroy();
      resolve({ status, ms: performance.now() - startedAt });
    };
    const { 'content-length': length, ...rest } = headers;
    const sized = body === null || length === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, agent, headers: { ...rest, ...sized, ...more }, path: target };
    const request = http.request(url, options, (response) => {
      const status = response.statusCode ?? 0;
      if (isEndless) return end(status);
      if (hear) response.setEncoding('utf8').on('data', hear);
      else response.resume();
      response.once('end', () => {
        clearTimeout(timer);
        resolve({ status, ms: performance.now() - startedAt });
      });
      response.once('error', () => end(status));
    });
    const timer = setTimeout(() => end(0), limitMs);
    request.once('error', () => end(null));
    request.end(body ?? undefined);
  });
}
