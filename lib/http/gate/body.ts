import { IncomingMessage } from 'node:http';

/** Longest request body, in bytes. */
export const MAX_BODY_BYTES = 1_048_576;

export type BoundedBody = { ok: true; request: IncomingMessage } | { ok: false; status: 400 | 411 | 413 };

/**
 * Makes sure that no more than `MAX_BODY_BYTES` reach the parts behind the gate. A body of announced length is passed
 * on as it comes (Node holds the client to the length); one of unknown length is read here first.
 */
export async function boundedBody(request: IncomingMessage): Promise<BoundedBody> {
  const length = request.headers['content-length'];
  if (request.headers['transfer-encoding'] === undefined) {
    if (length === undefined) return { ok: true, request };
    return Number(length) > MAX_BODY_BYTES ? { ok: false, status: 413 } : { ok: true, request };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return { ok: false, status: 413 };
      chunks.push(chunk);
    }
  } catch {
    return { ok: false, status: 400 };
  }
  return { ok: true, request: copyWithBody(request, Buffer.concat(chunks)) };
}

function copyWithBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  copy.method = request.method;
  copy.url = request.url;
  copy.httpVersion = request.httpVersion;
  copy.httpVersionMajor = request.httpVersionMajor;
  copy.httpVersionMinor = request.httpVersionMinor;
  copy.headers = { ...request.headers, 'content-length': String(body.length) };
  delete copy.headers['transfer-encoding'];
  copy.rawHeaders = Object.entries(copy.headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => [name, one ?? '']),
  );
  copy.push(body);
  copy.push(null);
  copy.complete = true;
  return copy;
}
