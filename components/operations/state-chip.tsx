import type { Operation } from '@/lib/domain/operation';
import { Chip } from '../ui/chip';
import { STATE_WORDS } from './operation-words';

const TONES = {
  running: 'accent',
  paused: 'warn',
  deferred: 'info',
  done: 'plain',
  stopped: 'plain',
  undone: 'plain',
  failed: 'crit',
} as const;

/** The state of an operation as a word. */
export function StateChip({ operation }: { operation: Operation }) {
  return <Chip tone={TONES[operation.state]}>{STATE_WORDS[operation.state]}</Chip>;
}
