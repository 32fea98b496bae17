'use client';
import { METRIC_INFO } from '@/lib/domain/alert-metrics';
import { ALERT_METRICS } from '@/lib/domain/alert-rule';
import { SEVERITIES } from '@/lib/domain/verdict';
import { severityWord } from '../shell/severity';
import { SelectField, TextArea, TextField } from '../ui/field';
import { Segmented } from '../ui/segmented';
import type { RuleErrors, RuleFields, RuleKind } from './rule-fields';
import { VerdictPicker } from './verdict-picker';

type Props = { fields: RuleFields; errors: RuleErrors; onChange(change: Partial<RuleFields>): void };

const KINDS: readonly { value: RuleKind; label: string; hint: string }[] = [
  { value: 'metric', label: 'A figure', hint: 'Fires while it is above or below a bound' },
  { value: 'verdict', label: 'A verdict', hint: 'Fires while a queue has such a verdict' },
  { value: 'forecast', label: 'Not empty in time', hint: 'Fires when the backlog will not be empty by a time of day' },
  { value: 'noData', label: 'No data', hint: 'Fires while a figure cannot be read' },
];

/** The fields of a rule. */
export function RuleForm({ fields, errors, onChange }: Props) {
  const text = (name: keyof RuleFields & TextName) => ({
    value: fields[name],
    error: errors[name],
    autoComplete: 'off',
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
  });
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-[2fr_1fr]">
        <TextField label="Name" autoFocus maxLength={200} placeholder="Mail is late" {...text('name')} />
        <SelectField
          label="Severity"
          value={fields.severity}
          onChange={({ target }) => onChange({ severity: SEVERITIES.find((one) => one === target.value) ?? 'warning' })}
        >
          {SEVERITIES.map((one) => (
            <option key={one} value={one}>
              {severityWord(one)}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextArea label="Queues, one pattern a line" rows={2} hint="* stands for any text" {...text('queues')} />
        <TextArea label="Except" rows={2} placeholder="none" {...text('except')} />
      </div>
      <div className="overflow-x-auto">
        <Segmented
          label="What it watches"
          value={fields.kind}
          options={KINDS}
          onChange={(kind) => onChange({ kind })}
        />
      </div>
      <Watched fields={fields} errors={errors} onChange={onChange} />
      <details open={fields.channels !== '' || fields.escalateAfter !== '' || fields.note !== ''}>
        <summary className="cursor-pointer text-sm text-ink-2">Who is told, escalation, what to do</summary>
        <div className="mt-2 flex flex-col gap-3">
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField label="Channels" placeholder="all" hint="names, with commas between" {...text('channels')} />
            <TextField
              label="Escalate after, minutes"
              inputMode="numeric"
              placeholder="never"
              hint="when nobody has acknowledged it"
              {...text('escalateAfter')}
            />
            <SelectField
              label="Then it counts as"
              value={fields.escalateSeverity}
              onChange={({ target }) =>
                onChange({ escalateSeverity: SEVERITIES.find((one) => one === target.value) ?? '' })
              }
            >
              <option value="">as grave as before</option>
              {SEVERITIES.map((one) => (
                <option key={one} value={one}>
                  {severityWord(one)}
                </option>
              ))}
            </SelectField>
            <TextField label="Then these are told" placeholder="the same channels" {...text('escalateChannels')} />
          </div>
          <TextArea label="What to do, for whoever is woken" rows={2} maxLength={2_000} {...text('note')} />
        </div>
      </details>
    </>
  );
}

type TextName = { [K in keyof RuleFields]: RuleFields[K] extends string ? K : never }[keyof RuleFields];

function Watched({ fields, errors, onChange }: Props) {
  const { kind, metric, bound } = fields;
  const unit = METRIC_INFO[metric].unit;
  const isTime = unit === 'ms';
  const lasting = (
    <TextField
      label="For at least"
      value={fields.lasting}
      error={errors.lasting}
      placeholder="0s: at once"
      onChange={({ target }) => onChange({ lasting: target.value })}
    />
  );
  const figure = (
    <SelectField
      label="Figure"
      value={metric}
      onChange={({ target }) => onChange({ metric: ALERT_METRICS.find((one) => one === target.value) ?? metric })}
    >
      {ALERT_METRICS.map((one) => (
        <option key={one} value={one}>
          {METRIC_INFO[one].label}
        </option>
      ))}
    </SelectField>
  );
  switch (kind) {
    case 'metric':
      return (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-[2fr_1fr_1fr_1fr_1fr]">
          <div className="max-sm:col-span-2">{figure}</div>
          <SelectField
            label="Is"
            value={bound}
            onChange={({ target }) => onChange({ bound: target.value === 'below' ? 'below' : 'above' })}
          >
            <option value="above">above</option>
            <option value="below">below</option>
          </SelectField>
          <TextField
            label={isTime ? 'Time' : unit === 'percent' ? 'Per cent' : 'Number'}
            value={fields.threshold}
            error={errors.threshold}
            placeholder={isTime ? '5m' : '1000'}
            onChange={({ target }) => onChange({ threshold: target.value })}
          />
          <TextField
            label={bound === 'above' ? 'Ends at or under' : 'Ends at or over'}
            value={fields.clear}
            error={errors.clear}
            placeholder="the same"
            onChange={({ target }) => onChange({ clear: target.value })}
          />
          {lasting}
        </div>
      );
    case 'noData':
      return (
        <div className="grid gap-3 sm:grid-cols-[2fr_1fr]">
          {figure}
          {lasting}
        </div>
      );
    case 'forecast':
      return (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
          <TextField
            label="Not empty by"
            value={fields.notEmptyBy}
            error={errors.notEmptyBy}
            placeholder="06:00"
            onChange={({ target }) => onChange({ notEmptyBy: target.value })}
          />
          <TextField
            label="Time zone"
            value={fields.timeZone}
            error={errors.timeZone}
            placeholder="the server’s"
            onChange={({ target }) => onChange({ timeZone: target.value })}
          />
          {lasting}
        </div>
      );
    case 'verdict':
      return (
        <div className="flex flex-col gap-3">
          <div className="grid grid-cols-2 gap-3">
            <SelectField
              label="Of at least this severity"
              value={fields.verdictSeverity}
              onChange={({ target }) =>
                onChange({ verdictSeverity: SEVERITIES.find((one) => one === target.value) ?? 'info' })
              }
            >
              {SEVERITIES.map((one) => (
                <option key={one} value={one}>
                  {severityWord(one)}
                </option>
              ))}
            </SelectField>
            {lasting}
          </div>
          <VerdictPicker codes={fields.codes} onChange={(codes) => onChange({ codes })} />
          {errors.codes && <p className="text-xs text-crit">{errors.codes}</p>}
        </div>
      );
  }
}
