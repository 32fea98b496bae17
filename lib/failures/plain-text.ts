/** ANSI colours and cursor moves, as terminals print them. Bounded: no input makes it slow. */
const ANSI = /\u001b(?:\[[0-9;:?]{0,32}[ -/]{0,4}[@-~]|\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
/** Marks that are not seen but turn or join what is: bidirectional controls, zero-width characters, the byte order mark. */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Text of a job as it may be compared and shown: at most `maxChars` of it, no escapes, no invisible marks, well-formed. */
export function plainText(text: string, maxChars: number): string {
  return text
    .slice(0, maxChars)
    .replace(ANSI, '')
    .replace(INVISIBLE, '')
    .replace(CONTROL, '')
    .replace(LONE_SURROGATE, '\ufffd');
}
