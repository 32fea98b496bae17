import { COUNTER_METRICS, GAUGE_METRICS } from '../domain/series';
import type { GaugeValue, SeriesRecord } from '../history/record';
import { rollUp } from '../history/roll-up';
import { BinCounts, NO_BINS } from '../history/sketch';
import type { SlotContent } from './tier-slots';

/** Counters, gauges and distributions of one queue within a slot. */
export class SeriesSlot implements SlotContent<SeriesRecord> {
  private counters = new Array<number>(COUNTER_METRICS.length).fill(0);
  private gauges: (GaugeValue | null)[] = GAUGE_METRICS.map(() => null);
  private samples = 0;
  private run: BinCounts | null = null;
  private wait: BinCounts | null = null;
  private reason = '';
  private exact = 0;
  private hasEvents = false;

  count(index: number, by: number): void {
    this.counters[index] = (this.counters[index] ?? 0) + by;
    this.hasEvents = true;
  }

  measure(which: 'run' | 'wait', bin: number | null): void {
    (this[which] ??= new BinCounts()).add(bin, 1);
    this.hasEvents = true;
  }

  /** `exact`: bits of the counters that are whole all the same. */
  markGap(reason: string, exact: number): void {
    this.exact = this.reason === '' ? exact : this.exact & exact;
    this.reason ||= reason;
  }

  /** One reading of all gauges, in the order of `GAUGE_METRICS`. */
  observe(values: readonly (number | null)[]): void {
    this.samples += 1;
    for (const [index, value] of values.entries()) {
      const gauge = this.gauges[index];
      if (value === null) this.gauges[index] = null;
      else if (!gauge) this.gauges[index] = { max: value, last: value, sum: value * this.samples };
      else {
        gauge.max = Math.max(gauge.max, value);
        gauge.last = value;
        gauge.sum += value;
      }
    }
  }

  toRecord(): SeriesRecord {
    return {
      quality: this.reason === '' ? 'exact' : 'partial',
      reason: this.reason,
      exact: this.exact,
      counters: [...this.counters],
      samples: this.samples,
      gauges: this.gauges.map((gauge) => gauge && { ...gauge }),
      run: this.run?.toBins() ?? NO_BINS,
      wait: this.wait?.toBins() ?? NO_BINS,
    };
  }

  loadFrom(record: SeriesRecord): void {
    const sum = rollUp([record, this.toRecord()]);
    this.counters = sum.counters;
    this.gauges = sum.gauges;
    this.samples = sum.samples;
    this.reason = sum.reason;
    this.exact = sum.exact;
    this.hasEvents = true;
    (this.run ??= new BinCounts()).addAll(record.run);
    (this.wait ??= new BinCounts()).addAll(record.wait);
  }

  /** Gauges that stood still at these values: nothing to store if the slot before ended with them. */
  stillAt(): string | null {
    const hasMoved = this.gauges.some(
      (gauge) => gauge && (gauge.max !== gauge.last || gauge.sum !== gauge.max * this.samples),
    );
    return this.hasEvents || this.reason !== '' || hasMoved ? null : lastOf(this.gauges);
  }

  isEmpty(): boolean {
    return this.gauges.every((gauge, index) => !gauge || gauge.max === 0 || GAUGE_METRICS[index] === 'workers');
  }
}

/** The values that gauges ended with, comparable. */
export function lastOf(gauges: SeriesRecord['gauges']): string {
  return gauges.map((gauge) => gauge?.last ?? '').join();
}
