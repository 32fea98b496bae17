/** Leaves for the sign-in page and comes back to this very address afterwards. */
export function goToSignIn(): void {
  if (location.pathname === '/sign-in') return;
  const next = location.pathname + location.search;
  location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
}
