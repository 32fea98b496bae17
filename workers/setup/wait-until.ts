/** State of a web process as seen through its two open addresses. */
export type WebState = { isAlive: boolean; isReady: boolean; reason: string | null };

/** Asks `/api/health` and `/api/ready` once. Never throws. */
export async function webState(baseUrl: string): Promise<WebState> {
  const health = await get(`${baseUrl}/api/health`);
  if (health?.ok !== true) return { isAlive: false, isReady: false, reason: 'no answer' };
  const ready = await get(`${baseUrl}/api/ready`);
  const body: unknown = await ready?.json().catch(() => null);
  const reason = body !== null && typeof body === 'object' && 'reason' in body ? String(body.reason) : null;
  return { isAlive: true, isReady: ready?.ok === true, reason };
}

/**
 * Asks `probe` until it says `true`.
 * @returns `false` when `limitMs` passed or `signal` aborted first
 */
export async function waitUntil(
  probe: () => Promise<boolean> | boolean,
  { limitMs, everyMs = 100, signal }: { limitMs: number; everyMs?: number; signal?: AbortSignal },
): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end && signal?.aborted !== true;) {
    if (await probe()) return true;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return false;
}

function get(url: string): Promise<Response | null> {
  return fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'error' }).catch(() => null);
}
