/** What went wrong with a connection, in words for people: the cause, and what to do. */
export function troubleWords(error: unknown, address: string): string {
  const { code, message } = rootOf(error);
  const known = WORDS.find(([pattern]) => pattern.test(`${code} ${message}`));
  return known ? known[1](address) : `${address}: ${message}`;
}

/** First fit wins; matched against the code and the message. */
const WORDS: readonly (readonly [RegExp, (address: string) => string])[] = [
  [/ECONNREFUSED/, (at) => `nobody listens at ${at}`],
  [/ENOTFOUND|EAI_AGAIN/, (at) => `the name in ${at} cannot be resolved`],
  [/EHOSTUNREACH|ENETUNREACH/, (at) => `there is no way to ${at}`],
  [/CERT_HAS_EXPIRED|certificate has expired/, (at) => `the certificate of ${at} has expired: renew it`],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|altnames|does not match certificate/,
    (at) => `the certificate of ${at} is for another name: give that name as serverName, or use it in the address`,
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER|self.signed certificate|unable to (verify|get)/i,
    (at) => `the certificate of ${at} is not signed by an authority that is trusted here: give its CA as caFile`,
  ],
  [
    /CERTIFICATE_REQUIRED|certificate required|alert number 116|HANDSHAKE_FAILURE|alert handshake failure|alert number 40/i,
    (at) => `${at} wants a client certificate: give certFile and keyFile`,
  ],
  [
    /ALERT_UNKNOWN_CA|unknown ca|alert number 48|BAD_CERTIFICATE|alert number 42|certificate (unknown|expired|revoked)/i,
    (at) => `${at} refuses our client certificate: it is expired, or of an authority that it does not trust`,
  ],
  [/WRONG_VERSION_NUMBER|packet length too long/i, (at) => `${at} does not speak TLS: another port, or no TLS there`],
  [
    /ECONNRESET|EPIPE|socket hang up|socket closed|closed abruptly/i,
    (at) =>
      /^(rediss|https|amqps)/.test(at)
        ? `${at} ended the connection: if it does so each time, it wants a client certificate (certFile, keyFile) or refuses ours`
        : `${at} ended the connection`,
  ],
  [/ETIMEDOUT|timed? ?out/i, (at) => `${at} does not answer in time`],
  [/ACCESS.REFUSED|ACCESS-REFUSED|403/, (at) => `${at} refuses the user name or password`],
];

function rootOf(error: unknown): { code: string; message: string } {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const inner: unknown =
      current instanceof AggregateError && current.errors.length > 0 ? current.errors[0] : current.cause;
    if (inner === undefined) break;
    current = inner;
  }
  if (!(current instanceof Error)) return { code: '', message: String(current) };
  const { code } = current as NodeJS.ErrnoException;
  return { code: typeof code === 'string' ? code : '', message: current.message || current.name };
}
