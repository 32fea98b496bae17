'use client';
import { VERDICT_CODES, VERDICT_WORDS, type VerdictCode } from '@/lib/domain/verdict';
import { CheckBox } from '../ui/checkbox';

/** Which verdicts a rule watches for; none picked: all. */
export function VerdictPicker({
  codes,
  onChange,
}: {
  codes: readonly VerdictCode[];
  onChange(codes: VerdictCode[]): void;
}) {
  return (
    <fieldset>
      <legend className="label mb-1">Verdicts{codes.length === 0 && ': all'}</legend>
      <div className="grid max-h-40 grid-cols-1 gap-x-4 gap-y-1 overflow-y-auto rounded-md border border-line-strong p-2 sm:grid-cols-2">
        {VERDICT_CODES.map((code) => {
          const isOn = codes.includes(code);
          const { title } = VERDICT_WORDS[code];
          return (
            <span key={code} className="flex items-center gap-2 text-sm">
              <CheckBox
                checked={isOn}
                label={title}
                onToggle={() => onChange(isOn ? codes.filter((one) => one !== code) : [...codes, code])}
              />
              <span aria-hidden>{title}</span>
            </span>
          );
        })}
      </div>
    </fieldset>
  );
}
