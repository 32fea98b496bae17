import type { MarkKind } from '@/lib/domain/mark';

/** How marks of a kind are called and drawn. The glyph doubles the colour. */
export const MARK_LOOKS: Readonly<Record<MarkKind, { label: string; glyph: string; color: string }>> = {
  deploy: { label: 'deploy', glyph: '▲', color: 'var(--accent)' },
  pause: { label: 'pause', glyph: '‖', color: 'var(--s-paused)' },
  resume: { label: 'resume', glyph: '▸', color: 'var(--s-completed)' },
  operation: { label: 'operator action', glyph: '◆', color: 'var(--s-delayed)' },
  limit: { label: 'limit', glyph: '≤', color: 'var(--s-delayed)' },
  scheduler: { label: 'scheduler edit', glyph: '◷', color: 'var(--s-delayed)' },
  'alert-fired': { label: 'alert fired', glyph: '!', color: 'var(--crit)' },
  'alert-resolved': { label: 'alert resolved', glyph: '✓', color: 'var(--ok)' },
  'collector-gap': { label: 'collector gap', glyph: '▨', color: 'var(--warn)' },
  'collector-takeover': { label: 'collector takeover', glyph: '⇄', color: 'var(--ink-2)' },
  'broker-gap': { label: 'broker unreachable', glyph: '▨', color: 'var(--crit)' },
  'broker-restart': { label: 'broker restart', glyph: '↻', color: 'var(--warn)' },
  'broker-failover': { label: 'broker failed over', glyph: '⇆', color: 'var(--warn)' },
  'workers-joined': { label: 'workers joined', glyph: '+', color: 'var(--s-active)' },
  'workers-left': { label: 'workers left', glyph: '−', color: 'var(--s-stalled)' },
};
