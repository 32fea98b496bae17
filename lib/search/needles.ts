/**
 * The forms in which a text may stand in a stored field. JSON fields hold it escaped, by some producers with all that is
 * not ASCII as `\u….`.
 */
export function formsOf(text: string, isJson: boolean): string[] {
  if (!isJson) return [text];
  const escaped = JSON.stringify(text).slice(1, -1);
  const ascii = escaped.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [...new Set([text, escaped, ascii])];
}

/** Whether `text` holds one of the forms, case ignored. @param forms as of `formsOf` */
export function containsAny(text: string, forms: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return forms.some((form) => lower.includes(form.toLowerCase()));
}
