import { createHash } from 'node:crypto';
import { ownFrameOf } from './own-frame';
import { plainText } from './plain-text';
import { errorClassOf } from './stack';
import { REASON_CHARS, titleOf } from './title';

/**
 * What failures of one kind share. `fingerprint`: 12 hexadecimal digits over the other three, the same in every
 * process and after every restart. `frame`: `folder/file:function`.
 */
export type Fingerprint = { fingerprint: string; errorClass: string | null; title: string; frame: string | null };

/** What the libraries themselves say, whoever's code ran: who says it and from where makes no other kind of it. */
const OF_THE_LIBRARY = new Set(['job stalled more than allowable limit']);

/**
 * The kind of a failure, told from a job's `failedReason` and the stack of its newest attempt (`newestStack`). Pure,
 * bounded and in time proportional to what it looks at, whatever the texts hold.
 */
export function fingerprintOf({ reason, stack }: { reason: string | null; stack: string | null }): Fingerprint {
  const title = titleOf(reason);
  const isLibrarys = OF_THE_LIBRARY.has(title);
  const errorClass = isLibrarys ? null : errorClassOf(plainText(reason ?? '', REASON_CHARS), stack);
  const frame = isLibrarys ? null : ownFrameOf(stack);
  return { fingerprint: hashOf([errorClass ?? '', title, frame ?? '']), errorClass, title, frame };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 12);
}
