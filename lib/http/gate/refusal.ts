import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';

/** Why a request goes no further, in words for the person who has to change something. */
export type Refusal = { status: number; code: string; title: string; detail: string; headers?: Record<string, string> };

/** Answers with a problem document, or with a small page where a browser asked for a page. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, code, title, detail, headers } = refusal;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const wantsPage = !pathname.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
  const body = wantsPage ? page(status, title, detail) : problem({ status, code, title, detail, pathname });
  response.setHeader('Content-Type', wantsPage ? 'text/html; charset=utf-8' : 'application/problem+json');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  // The rest of a refused body is not read: the connection cannot be used again.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.writeHead(status);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function problem({
  status,
  code,
  title,
  detail,
  pathname,
}: {
  status: number;
  code: string;
  title: string;
  detail: string;
  pathname: string;
}): string {
  const instance = pathname.startsWith('/arena/c/') ? '/arena' : pathname.slice(0, 200);
  return `${JSON.stringify({ type: `urn:tailback:problem:${code}`, title, status, code, detail, instance, requestId: randomUUID() })}\n`;
}

function page(status: number, title: string, detail: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1.5rem}h1{font-size:1.25rem}p{overflow-wrap:anywhere}small{opacity:.6}</style>
<h1>${escapeHtml(title)}</h1><p>${escapeHtml(detail)}</p><small>Tailback · ${status}</small></html>
`;
}

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
