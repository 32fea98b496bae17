import type { FailureState } from '@/lib/domain/failure';
import { Chip } from '../ui/chip';
import { STATE_LOOKS } from './failure-words';

export function FailureStateChip({ state }: { state: FailureState }) {
  const { label, hint, tone } = STATE_LOOKS[state];
  return (
    <span title={hint} className="shrink-0">
      <Chip tone={tone}>{label}</Chip>
    </span>
  );
}
