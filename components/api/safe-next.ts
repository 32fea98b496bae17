/** Where to go after sign-in: only a path of this origin, never another site; `/` otherwise. */
export function safeNext(next: string | null | undefined, origin: string): string {
  if (!next?.startsWith('/')) return '/';
  try {
    const url = new URL(next, origin);
    if (url.origin !== new URL(origin).origin || url.pathname.startsWith('//') || url.pathname === '/sign-in')
      return '/';
    return url.pathname + url.search + url.hash;
  } catch {
    return '/';
  }
}
