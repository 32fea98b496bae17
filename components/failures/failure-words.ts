import type { FailureGroup, FailureState } from '@/lib/domain/failure';

type Look = { label: string; hint: string; tone: 'plain' | 'accent' | 'info' | 'warn' | 'crit' };

/** Word, meaning and tone of each state. */
export const STATE_LOOKS: Record<FailureState, Look> = {
  new: { label: 'new', hint: 'First seen within the last day', tone: 'crit' },
  regressed: { label: 'regressed', hint: 'Came back after it was resolved, or after a week of quiet', tone: 'crit' },
  ongoing: { label: 'ongoing', hint: 'Goes on for more than a day', tone: 'warn' },
  quiet: { label: 'quiet', hint: 'Not seen for a week', tone: 'plain' },
  resolved: { label: 'resolved', hint: 'Said to be resolved, and not seen since', tone: 'info' },
  muted: { label: 'muted', hint: 'Somebody does not want to see it', tone: 'plain' },
};

/** Which states a list shows. `open`: what somebody should look at. */
export const STATE_FILTERS = ['open', 'new', 'regressed', 'ongoing', 'quiet', 'resolved', 'muted', 'all'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

export function isShown(state: FailureState, filter: StateFilter): boolean {
  if (filter === 'all') return true;
  return filter === 'open' ? state !== 'muted' && state !== 'resolved' : state === filter;
}

/** `TimeoutError: waiting for …`: the class before the message, unless it stands there already. */
export function fullTitle({ errorClass, title }: Pick<FailureGroup, 'errorClass' | 'title'>): string {
  return errorClass === null || title.startsWith(`${errorClass}:`) ? title : `${errorClass}: ${title}`;
}

export const SORTS = ['count', 'retained', 'last', 'first', 'title'] as const;
export type FailureSort = (typeof SORTS)[number];

/** The largest or newest first; titles from A. */
export function sortGroups(groups: readonly FailureGroup[], sort: FailureSort): FailureGroup[] {
  const value = (group: FailureGroup): number => {
    switch (sort) {
      case 'retained':
        return group.retained ?? -1;
      case 'last':
        return group.lastSeen;
      case 'first':
        return group.firstSeen;
      default:
        return group.failed + group.attempts;
    }
  };
  return [...groups].sort((a, b) =>
    sort === 'title' ? a.title.localeCompare(b.title) : value(b) - value(a) || b.lastSeen - a.lastSeen,
  );
}

/** Groups whose title, class, frame, job names or note hold all words of `text`. */
export function matchGroups(groups: readonly FailureGroup[], text: string): FailureGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  return groups.filter((group) => {
    const { title, errorClass, frame, names, care, fingerprint } = group;
    const all = [title, errorClass, frame, care.note?.text, fingerprint, ...names.map(({ name }) => name)]
      .join('\n')
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
