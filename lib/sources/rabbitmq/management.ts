import http from 'node:http';
import https from 'node:https';
import type { RabbitSourceConfig } from '../../config/config';
import { AppError, isAppError } from '../../domain/errors';
import { isRecord } from './fields';
import { tlsOptions } from '../../config/tls-options';
import { troubleWords } from '../../config/trouble-words';

const ANSWER_MS = 5_000;
/** An answer beyond this is not read: it would be held in memory whole. */
const MAX_BYTES = 32 * 1_048_576;

export type Call = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Behind `/api/`, encoded. */
  path: string;
  query?: Readonly<Record<string, string | number>>;
  body?: unknown;
  timeoutMs?: number;
};

/** A call that the broker refused; `status` is its HTTP status, `reason` in its own words. */
export class ManagementRefusal extends Error {
  override readonly name = 'ManagementRefusal';
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** The management HTTP API of one RabbitMQ. Connections are kept; nothing is queued up while it does not answer. */
export class Management {
  /** Without credentials. */
  readonly address: string;
  /** Requests since the start. */
  requests = 0;
  private readonly base: URL;
  private readonly agent: http.Agent;
  private readonly authorization: string;

  constructor(private readonly config: Pick<RabbitSourceConfig, 'name' | 'url' | 'tls'>) {
    this.base = new URL(config.url);
    const { username, password } = this.base;
    this.authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
    this.base.username = this.base.password = this.base.search = this.base.hash = '';
    this.base.pathname = this.base.pathname.replace(/\/(api\/?)?$/, '');
    this.address = this.base.href.replace(/\/$/, '');
    const options = { keepAlive: true, maxSockets: 6, keepAliveMsecs: 10_000 };
    this.agent = this.base.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  }

  /**
   * @returns the parsed answer; `null` for an empty one
   * @throws ManagementRefusal for 4xx answers but 401; AppError `source-down` for all else
   */
  async call(call: Call): Promise<unknown> {
    this.requests += 1;
    try {
      const { status, text } = await this.send(call);
      return this.read(status, text);
    } catch (error) {
      if (error instanceof ManagementRefusal || isAppError(error)) throw error;
      throw new AppError(
        'source-down',
        `RabbitMQ "${this.config.name}" cannot be reached: ${troubleWords(error, this.address)} (its management API).`,
        { cause: error },
      );
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private send({ method = 'GET', path, query = {}, body, timeoutMs = ANSWER_MS }: Call) {
    const url = new URL(`${this.base.pathname.replace(/\/$/, '')}/api/${path}`, this.base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const content = body === undefined ? null : JSON.stringify(body);
    const options: https.RequestOptions = {
      method,
      agent: this.agent,
      ...(this.base.protocol === 'https:' ? tlsOptions(this.config.tls) : {}),
      headers: {
        // Calls without an answer are refused to those who want JSON alone.
        accept: 'application/json, */*;q=0.5',
        authorization: this.authorization,
        ...(content === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
      },
    };
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const request = (this.base.protocol === 'https:' ? https : http).request(url, options);
      const timer = setTimeout(() => request.destroy(new Error(`no answer in ${timeoutMs} ms, timed out`)), timeoutMs);
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      request.once('error', fail);
      request.once('response', (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on('data', (part: Buffer) => {
          bytes += part.byteLength;
          if (bytes > MAX_BYTES) request.destroy(new Error(`the answer to ${path} is over ${MAX_BYTES} bytes`));
          else parts.push(part);
        });
        response.once('error', fail);
        response.once('close', () => {
          clearTimeout(timer);
          if (response.complete) resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() });
          else reject(new Error('socket hang up'));
        });
      });
      request.end(content ?? undefined);
    });
  }

  private read(status: number, text: string): unknown {
    const json = parse(text);
    if (status >= 200 && status < 300) {
      if (json !== undefined) return json;
      throw this.down(`${this.address} answers, but not as a management API (no JSON): check the address`);
    }
    const reason = isRecord(json) ? String(json['reason'] ?? json['error'] ?? status) : text.slice(0, 200);
    // 401 stands for wrong credentials, and for a missing right as well.
    if (status === 401 && /login failed|credentials|^not_authori[sz]ed$/i.test(reason))
      throw this.down(`${this.address} refuses the user name or password (401: ${reason})`);
    if (status >= 400 && status < 500) throw new ManagementRefusal(status, reason);
    throw this.down(`${this.address} answers ${status}: ${reason}`);
  }

  private down(words: string): AppError {
    return new AppError('source-down', `RabbitMQ "${this.config.name}" cannot be read: ${words}.`);
  }
}

/** `undefined` for what is no JSON. */
function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
