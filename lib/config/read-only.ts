import { z } from 'zod';

/** `true`, or the reason why nothing may be written. */
export const readOnlySchema = z.union([z.boolean(), z.string().trim().min(1).max(200)]);
export type ReadOnly = z.infer<typeof readOnlySchema>;

/** `TAILBACK_READ_ONLY`: a yes, a no, or the reason, which is a yes. */
export function readOnlyOf(text: string | undefined): ReadOnly {
  if (text === undefined || /^(?:0|no|false|off)$/i.test(text)) return false;
  return /^(?:1|yes|true|on)$/i.test(text) ? true : text.slice(0, 200);
}

/** Why a source is never written to, for a person; `null` when it may be. */
export function whySourceIsReadOnly(readOnly: ReadOnly): string | null {
  if (readOnly === false) return null;
  return readOnly === true ? 'This source is configured as read-only.' : `This source is read-only: ${readOnly}`;
}

/** Why nothing at all is written; `null` when all of Tailback is not switched to read-only. */
export function whyAllIsReadOnly(readOnly: ReadOnly): string | null {
  if (readOnly === false) return null;
  return readOnly === true ? 'Tailback is switched to read-only' : `Tailback is switched to read-only: ${readOnly}`;
}
