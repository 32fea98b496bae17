import { z } from 'zod';

// The content security policy forbids `eval`; zod would try it once and put a violation into the console.
z.config({ jitless: true });

type TrustedTypes = { createPolicy(name: string, rules: { createScriptURL(address: string): string | null }): unknown };

// The policy wants trusted types. The loader of our build gives its scripts plain addresses, which this lets through when they
// are files of the build. There is no rule for HTML and for scripts in text: plain text is refused as either.
(window as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createScriptURL: (address) => {
    const { origin, pathname } = new URL(address, window.location.href);
    return origin === window.location.origin && pathname.startsWith('/_next/static/') ? address : null;
  },
});
