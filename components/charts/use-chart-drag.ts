'use client';
import { useState } from 'react';
import type { MouseHandlerDataParam } from 'recharts';

/** A drag shorter than this many buckets is a click. */
const LEAST_BUCKETS = 2;

type Drag = { from: number; to: number; isPan: boolean };
type Options = { stepMs: number; onZoom(from: number, to: number): void; onPan(ms: number): void };

/** Dragging over a chart: marks a range to zoom into; with Shift it moves the window. Times in ms since the epoch. */
export function useChartDrag({ stepMs, onZoom, onPan }: Options) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const finish = () => {
    setDrag(null);
    if (!drag) return;
    const [start, end] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
    if (drag.isPan && start !== end) onPan(drag.from - drag.to);
    else if (!drag.isPan && end - start >= LEAST_BUCKETS * stepMs) onZoom(start, end);
  };
  return {
    drag,
    handlers: {
      onMouseDown: ({ activeLabel }: MouseHandlerDataParam, event: { shiftKey: boolean }) =>
        activeLabel !== undefined &&
        setDrag({ from: Number(activeLabel), to: Number(activeLabel), isPan: event.shiftKey }),
      onMouseMove: ({ activeLabel }: MouseHandlerDataParam) =>
        drag && activeLabel !== undefined && setDrag({ ...drag, to: Number(activeLabel) }),
      onMouseUp: finish,
      onMouseLeave: () => setDrag(null),
    },
  };
}
