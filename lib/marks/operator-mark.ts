import type { AuditEntry } from '../domain/audit';
import type { Mark } from '../domain/mark';
import type { QueueId } from '../domain/queue';
import { countWords } from '../domain/words';
import { newMark } from './new-mark';

/** Adding single jobs is daily business of programs, and marks have a line of their own in the log. */
const IS_SILENT = /^(add(?! scheduler)|mark)\b/;

/** What somebody did to a queue as a mark; `null` for what was refused and for what moves no curve. */
export function operatorMark(entry: Omit<AuditEntry, 'id'>, queue: QueueId, id: string): Mark | null {
  const { action, outcome, at, actor, jobCount, detail } = entry;
  if ((outcome !== 'done' && outcome !== 'partly') || IS_SILENT.test(action)) return null;
  const isArena = action.startsWith('arena: ');
  const word = isArena ? action.slice('arena: '.length) : action;
  if (word === 'add job') return null;
  const more = { queue, by: actor };
  if (/^pause\b/.test(word)) return newMark(id, at, 'pause', 'Paused', more);
  if (/^resume\b/.test(word)) return newMark(id, at, 'resume', 'Resumed', more);
  const said = detail === null ? '' : `: ${detail}`;
  if (/^(limit|release rate limit)$/.test(word)) return newMark(id, at, 'limit', `${word}${said}`, more);
  if (/^(add|edit|remove|run) scheduler$/.test(word)) return newMark(id, at, 'scheduler', `${word}${said}`, more);
  const jobs = jobCount > 0 ? ` of ${countWords(jobCount, 'job')}` : '';
  return newMark(id, at, 'operation', `${word}${jobs}${isArena ? ' in Arena' : ''}`, more);
}
