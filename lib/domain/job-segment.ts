/**
 * A job's id as one segment of an address. Ids that every parser and proxy leaves alone stand as they are; all others
 * (`..`, `a/b`, an id with a percent sign) become `~` and the base64url of their UTF-8.
 */
export function toJobSegment(id: string): string {
  // Small words may be endpoints beside the jobs: `…/jobs/actions`.
  if (/^[\w-][\w.:-]*$/.test(id) && !/^[a-z-]+$/.test(id)) return id.replaceAll(':', '%3A');
  let binary = '';
  for (const byte of new TextEncoder().encode(id)) binary += String.fromCharCode(byte);
  return `~${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

/** The id that a (percent-decoded) segment stands for. What is not a form made by `toJobSegment` is the id itself. */
export function fromJobSegment(segment: string): string {
  if (!/^~[\w-]+$/.test(segment)) return segment;
  try {
    const binary = atob(segment.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
    const id = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(binary, (char) => char.charCodeAt(0)),
    );
    return decodeURIComponent(toJobSegment(id)) === segment ? id : segment;
  } catch {
    return segment;
  }
}
