/** BullMQ majors whose scripts we carry; queues written by others are watched, never written to. */
const WRITABLE_MAJORS = new Set(['5', '6']);

/** Says whether `meta.version` is BullMQ's and not some other program's field of that name. */
export function isBullMqVersion(version: string | null | undefined): version is string {
  return /^bullmq(-pro)?:\d/.test(version ?? '');
}

/** The BullMQ major that wrote a queue, e.g. `6` for `bullmq:6.7.0`; Pro versions are told apart by name. */
export function bullMqMajor(version: string | null): string | null {
  return /^bullmq:(\d+)\./.exec(version ?? '')?.[1] ?? null;
}

/** Writing with another major's scripts could lose jobs: those queues are watched only. */
export function whyNotWritable(version: string | null): string | null {
  if (version === null)
    return 'The BullMQ version that writes this queue cannot be told (no version in its meta key), so it is only watched.';
  const major = bullMqMajor(version);
  if (major !== null && WRITABLE_MAJORS.has(major)) return null;
  return `This queue is written by ${version}; Tailback carries the scripts of BullMQ 5 and 6 only, so it is only watched.`;
}
