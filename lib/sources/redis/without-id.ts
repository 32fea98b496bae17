const MAX_CHARS = 300;

/**
 * What was said of a job, without its id, so that the same reasons can be counted together. Only where it is called by it:
 * an id may be `1` or a word, which stands elsewhere too.
 */
export function withoutId(message: string, id: string): string {
  const escaped = id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return message.replace(new RegExp(`\\b(job) ${escaped}(?![\\w-])`, 'gi'), '$1 …').slice(0, MAX_CHARS);
}
