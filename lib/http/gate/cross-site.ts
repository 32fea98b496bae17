/** What a write says about where it comes from. */
export type WriteOrigin = {
  secFetchSite: string | undefined;
  origin: string | undefined;
  /** `Host` header of the request. */
  host: string;
  isSecure: boolean;
  /** Origin of the address that people use. */
  publicOrigin: string;
};

/**
 * Whether a write may have been started by another site. Browsers name the site in `Sec-Fetch-Site` on HTTPS and
 * loopback, and in `Origin` everywhere; programs send neither, and have no cookie that a foreign site could borrow.
 */
export function isCrossSite({ secFetchSite, origin, host, isSecure, publicOrigin }: WriteOrigin): boolean {
  if (secFetchSite !== undefined && secFetchSite !== 'same-origin' && secFetchSite !== 'none') return true;
  if (origin === undefined) return false;
  return origin !== `${isSecure ? 'https' : 'http'}://${host}` && origin !== publicOrigin;
}

/** Methods that change nothing. */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
