import type { Clearing } from './control';
import { durationWords } from './words';

/** What a clearing takes, for a dialog's title and the audit log: `completed jobs older than 2 h`. */
export function clearingWords(clearing: Clearing): string {
  switch (clearing.what) {
    case 'clean': {
      const age = clearing.olderThanMs === 0 ? '' : ` older than ${durationWords(clearing.olderThanMs)}`;
      return `${clearing.state} jobs${age}`;
    }
    case 'drain':
      return clearing.delayed ? 'all jobs that wait or are put off' : 'all jobs that wait';
    case 'obliterate':
      return clearing.force ? 'the queue with all its jobs, also those being worked on' : 'the queue with all its jobs';
  }
}
