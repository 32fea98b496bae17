'use client';
import { useMemo } from 'react';
import type { QueueKind } from '@/lib/domain/queue';
import { SelectField, TextField } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { UNIT_MS, type SchedulerFields } from './scheduler-body';

/** Ties an input to a field of the form. */
export type Bind = (name: keyof SchedulerFields) => {
  name: string;
  value: string;
  error: string | undefined;
  onChange(event: { target: { value: string } }): void;
};

const TYPES = [
  { value: 'pattern', label: 'Cron pattern' },
  { value: 'every', label: 'Interval' },
] as const;

type Props = {
  fields: SchedulerFields;
  bind: Bind;
  kind: QueueKind;
  onType(type: SchedulerFields['type']): void;
};

/** When it runs: a pattern in a zone, or an interval; from when to when, and how often at most. */
export function ScheduleFields({ fields, bind, kind, onType }: Props) {
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="label mb-1">When</legend>
      <div>
        <Segmented label="Kind of schedule" value={fields.type} options={TYPES} onChange={onType} />
      </div>
      {fields.type === 'pattern' ? (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Pattern"
            placeholder="30 2 * * *"
            autoComplete="off"
            spellCheck={false}
            hint="minute hour day month weekday; seconds may stand in front"
            {...bind('pattern')}
          />
          <div>
            <TextField
              label="Time zone"
              placeholder="that of the worker"
              autoComplete="off"
              spellCheck={false}
              list="time-zones"
              {...bind('tz')}
            />
            <datalist id="time-zones">
              {zones.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </div>
        </div>
      ) : (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
          <TextField label="Every" placeholder="15" inputMode="decimal" autoComplete="off" {...bind('every')} />
          <SelectField label="Unit" {...bind('unit')} error={undefined}>
            {Object.keys(UNIT_MS).map((unit) => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </SelectField>
          {kind === 'bullmq' && (
            <TextField label="Offset, seconds" placeholder="none" inputMode="decimal" {...bind('offsetSeconds')} />
          )}
        </div>
      )}
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField label="Not before (your zone)" type="datetime-local" step={1} {...bind('startAt')} />
        <TextField label="Not after (your zone)" type="datetime-local" step={1} {...bind('endAt')} />
        <TextField label="At most, in runs" placeholder="no limit" inputMode="numeric" {...bind('limit')} />
      </div>
    </fieldset>
  );
}
