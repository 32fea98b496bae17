const WORDS: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [/^\/queues\/[^/]+\/jobs\?.*\bstate=([a-z-]+)/, ([, state]) => `See ${state ?? ''} jobs`],
  [/^\/failures\//, () => 'See the failures'],
  [/^\/workers/, () => 'See workers'],
  [/^\/schedulers/, () => 'See schedulers'],
  [/^\/brokers/, () => 'See the broker'],
];

/** What a button that leads to a screen says. */
export function buttonWords(href: string | null): string {
  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(href ?? '');
    if (match) return words(match);
  }
  return 'Open';
}
