/**
 * Content security policy of Arena's pages. `sandbox` without `allow-same-origin` gives the document an origin of its
 * own, also when its address is opened outside our frame: no cookie, no storage, no reading of our pages. Inside
 * it, scripts run only with this response's nonce, which our layout puts on Arena's own scripts: a script that comes
 * with a job's text does not run, so it cannot use the capability either.
 */
export function arenaPolicy(nonce: string): string {
  return [
    'sandbox allow-scripts allow-forms allow-modals',
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // Bootstrap's progress bars and the JSON editor position things by style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    'worker-src blob:',
    "form-action 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}
