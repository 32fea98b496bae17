'use client';
import { createContext, useContext } from 'react';
import type { Series } from '@/lib/domain/series';
import type { MarkGroup } from './mark-groups';

/** What all charts of a page share. */
export type Charts = {
  series: Series;
  /** The same series of the time that is compared with, and how long ago that was (ms). */
  before: { series: Series; shiftMs: number; label: string } | null;
  /** When the series was asked for, ms since the epoch. */
  now: number;
  marks: readonly MarkGroup[];
  /** Empty where the charts are of several queues. */
  queueKey: string;
  /** What exports are named after. */
  queueName: string;
  /** The job name that the charts are narrowed to. */
  jobName: string | null;
  /** What lies in the queue; jobs when absent. */
  holds?: 'jobs' | 'messages';
  onZoom(from: number, to: number): void;
  /** Moves the window by so many ms. */
  onPan(ms: number): void;
};

export const ChartsContext = createContext<Charts | null>(null);

export function useCharts(): Charts {
  const charts = useContext(ChartsContext);
  if (!charts) throw new Error('useCharts needs a ChartsContext around it');
  return charts;
}
