import type { ServerResponse } from 'node:http';

/**
 * Content security policy of our own pages. Scripts run only with this response's nonce (`strict-dynamic`: and those
 * which such a script loads). Styles may be inline: radix, sonner and recharts position things by `style`
 * attributes, which no nonce can cover; a style alone runs no code, and nothing can be loaded from elsewhere. Text becomes
 * HTML or script through Next's own policy only, and a script's address through the default one (instrumentation-client.ts).
 */
export function pagePolicy(nonce: string, isDev: boolean): string {
  return [
    "default-src 'self'",
    // React's development build rebuilds stack traces by eval.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
    // React's development tools write HTML.
    ...(isDev ? [] : ["require-trusted-types-for 'script'", 'trusted-types nextjs default']),
  ].join('; ');
}

export type ResponsePolicy = {
  contentSecurityPolicy: string;
  isSecure: boolean;
  /** Build assets may be kept for ever; everything else is not stored anywhere. */
  isImmutable: boolean;
  /**
   * A document with an opaque origin (Arena's): it must be able to load its own parts, and browsers refuse to open a
   * sandboxed document that asks for an opener policy.
   */
  isOpaque: boolean;
};

/**
 * Puts the security headers on a response at the moment its head is sent, so that nothing behind the gate can leave
 * one out or replace it. Call again to change the policy before that moment.
 */
export function secureResponse(response: ServerResponse, policy: ResponsePolicy): void {
  const isFirst = !policies.has(response);
  policies.set(response, policy);
  if (!isFirst) return;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((status: number, ...rest: unknown[]): ServerResponse => {
    // Headers given to writeHead itself would win over the ones set here.
    const given = rest.find((part) => typeof part === 'object' && part !== null);
    for (const [name, value] of headerPairs(given)) response.setHeader(name, value);
    applyHeaders(response, policies.get(response) ?? policy, status);
    const message = typeof rest[0] === 'string' ? [rest[0]] : [];
    return writeHead(status, ...message);
  }) as typeof response.writeHead;
}

const policies = new WeakMap<ServerResponse, ResponsePolicy>();

function applyHeaders(response: ServerResponse, policy: ResponsePolicy, status: number): void {
  response.setHeader('Content-Security-Policy', policy.contentSecurityPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', policy.isOpaque ? 'no-referrer' : 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', policy.isOpaque ? 'unsafe-none' : 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', policy.isOpaque ? 'cross-origin' : 'same-origin');
  response.setHeader(
    'Permissions-Policy',
    'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
  );
  response.setHeader('X-Frame-Options', 'SAMEORIGIN');
  response.setHeader('X-Robots-Tag', 'noindex, nofollow');
  response.removeHeader('X-Powered-By');
  if (policy.isSecure) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
  const isKept = policy.isImmutable && status === 200;
  if (isKept) return;
  // Event streams forbid transformations, so that no proxy holds events back to compress them.
  const isStream = String(response.getHeader('Cache-Control') ?? '').includes('no-transform');
  response.setHeader('Cache-Control', isStream ? 'no-store, no-transform' : 'no-store');
}

function headerPairs(given: unknown): [string, string | string[]][] {
  if (given === undefined) return [];
  if (!Array.isArray(given))
    return Object.entries(given as Record<string, string | string[]>).filter(([, value]) => value !== undefined);
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < given.length; index += 2)
    pairs.push([String(given[index]), String(given[index + 1])]);
  return pairs;
}
