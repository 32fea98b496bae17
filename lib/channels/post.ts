import type dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { DeliveryError } from './channel';
import { guardedLookup, isRefusedAddress, parseAllowed, refusal } from './refused-address';

const TIMEOUT_MS = 10_000;
/** What is read of an answer: enough to see why a receiver refused. */
const MAX_ANSWER_BYTES = 4_096;
const MAX_ANSWER_SHOWN = 300;
/** Answers that speak of the message, not of the receiver's state or address. */
const REJECTIONS = new Set([400, 413, 415, 422]);

export type PostOptions = {
  timeoutMs?: number;
  /** The resolver asked for the host, the system's by default. */
  resolve?: typeof dns.lookup;
  /** Addresses that may be called although they are this machine's, link-local or known for metadata. */
  allow?: readonly string[] | undefined;
};

export type Post = (
  url: URL,
  body: string | null,
  headers: Record<string, string>,
  method?: 'POST' | 'GET',
) => Promise<string>;

/**
 * Posts to receivers: any 2xx is success, redirects are not followed. Resolves with status and beginning of the
 * answer, and rejects with a DeliveryError. Addresses are checked as they are connected to.
 */
export function createPost({ timeoutMs = TIMEOUT_MS, resolve, allow }: PostOptions = {}): Post {
  const allowed = parseAllowed(allow);
  const lookup = guardedLookup(allowed, resolve);
  return async (url, body, headers, method = 'POST') => {
    if (isRefusedAddress(url.hostname, allowed)) throw new DeliveryError(refusal(url.hostname));
    const { status, text, retryAfter } = await call(url, body, headers, method, lookup, timeoutMs);
    const answer = `answered ${status}${text === '' ? '' : `: ${text}`}`;
    if (status >= 200 && status < 300) return answer;
    const redirect = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
    throw new DeliveryError(`${redirect === '' ? answer : `answered ${status}`}${redirect}`, {
      isRejected: REJECTIONS.has(status),
      retryAfterMs: retryAfterMs(retryAfter),
    });
  };
}

type Answer = { status: number; text: string; retryAfter: string | undefined };

function call(
  url: URL,
  body: string | null,
  headers: Record<string, string>,
  method: string,
  lookup: ReturnType<typeof guardedLookup>,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      lookup,
      agent: false,
      headers: {
        'user-agent': 'Tailback',
        ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error instanceof DeliveryError ? error : new DeliveryError(reasonOf(error)));
    };
    // One limit for all of it: name, connection, handshake, answer.
    const timer = setTimeout(
      () => request.destroy(new DeliveryError(`no answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const done = () => {
        clearTimeout(timer);
        response.destroy();
        const text = shown(Buffer.concat(parts).toString('utf8'));
        resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] });
      };
      response.on('data', (part: Buffer) => {
        parts.push(part.subarray(0, MAX_ANSWER_BYTES - size));
        size += part.length;
        if (size >= MAX_ANSWER_BYTES) done();
      });
      response.on('end', done);
      // The status has come: a body that breaks off changes nothing about it.
      response.on('error', done);
    });
    request.on('error', fail);
    request.end(body ?? undefined);
  });
}

/** A name with several addresses fails with an error that has no message of its own, only a code. */
function reasonOf(error: Error & { code?: string }): string {
  return (error.message || error.code || 'the connection failed').slice(0, 300);
}

function shown(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_ANSWER_SHOWN);
}

/** Seconds or a date, as the header has it; `null` for neither. */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
