import { Dot, Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { Severity } from '@/lib/domain/queue';

const LOOKS = {
  critical: { Icon: OctagonAlert, className: 'text-crit', word: 'Critical' },
  warning: { Icon: TriangleAlert, className: 'text-warn', word: 'Warning' },
  info: { Icon: Info, className: 'text-info', word: 'Note' },
  none: { Icon: Dot, className: 'text-line-strong', word: 'Nothing noticed' },
} as const;

/** Severity as a shape and a colour, with its word for screen readers. */
export function SeverityIcon({ severity, size = 15 }: { severity: Severity | null; size?: number }) {
  const { Icon, className, word } = LOOKS[severity ?? 'none'];
  return (
    <span className={className} title={word}>
      <Icon size={size} aria-hidden />
      <span className="sr-only">{word}</span>
    </span>
  );
}

export function severityWord(severity: Severity): string {
  return LOOKS[severity].word;
}
