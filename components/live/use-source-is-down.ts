'use client';
import type { LiveState } from './live-store';
import { useLive } from './live-provider';

/** Whether the figures of a source's queues are its last known ones, because it cannot be read. */
export function useSourceIsDown(source: string): boolean {
  return useLive((state) => isDown(state, source));
}

/** The sources that cannot be read, one text, so that equal sets are the same value. */
export function useDownSources(): string {
  return useLive(({ brokers }) =>
    (brokers?.brokers ?? []).flatMap(({ source, state }) => (state === 'up' ? [] : [source])).join('\n'),
  );
}

function isDown({ brokers }: LiveState, source: string): boolean {
  return brokers?.brokers.some((broker) => broker.source === source && broker.state !== 'up') ?? false;
}
