'use client';
import { Download, Plus, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { toast } from 'sonner';
import { ruleExportSchema, type ListedRule } from '@/lib/domain/alert-rule';
import { apiHref } from '../api/client';
import { sentenceOf } from '../api/problem';
import { formatDuration } from '../format/duration';
import { plural } from '../format/number';
import { useWhyNot } from '../shell/me';
import { Button } from '../ui/button';
import { Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { RuleDialog } from './rule-dialog';
import { RuleRow } from './rule-row';
import { useAlertParams } from './use-alert-params';
import { useRuleChange, useRules } from './use-rules';

/** The rules: those of the file, those that come with Tailback, and those made here. */
export function RulesTab() {
  const { data, error } = useRules();
  const { rule: open, setParams } = useAlertParams();
  const why = useWhyNot('administer');
  if (error && !data)
    return <p className="panel px-4 py-3 text-sm text-crit">The rules cannot be read. {sentenceOf(error)}</p>;
  if (!data) return <SkeletonRows />;
  const { rules, revision, checkEverySeconds } = data;
  const [id, isCopy] = open?.startsWith('copy-') ? [open.slice(5), true] : [open, false];
  const listed = rules.find((one) => one.id === id) ?? null;
  const show = (rule: string | null) => void setParams({ rule });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" blockedBecause={why} onClick={() => show('new')}>
          <Plus size={13} aria-hidden /> New rule
        </Button>
        <span className="text-xs text-ink-3">Checked every {formatDuration(checkEverySeconds * 1000)}</span>
        <span className="ml-auto flex gap-2">
          <ImportButton why={why} />
          <Button asChild>
            <a href={apiHref('/alerts/rules/export')} download="tailback-alerts.json">
              <Download size={13} aria-hidden /> Export
            </a>
          </Button>
        </span>
      </div>
      <Section title="Rules" count={rules.length}>
        <ul className="divide-y divide-line">
          {rules.map((one) => (
            <RuleRow key={one.id} listed={one} tally={one.tally} revision={revision} onOpen={show} />
          ))}
          {rules.length === 0 && <li className="px-4 py-3 text-ink-3">There is no rule, so nothing can fire.</li>}
        </ul>
      </Section>
      {open !== null && (open === 'new' || listed !== null) && why === null && (
        <RuleDialog key={open} listed={listed} isCopy={isCopy} revision={revision} onClose={() => show(null)} />
      )}
    </>
  );
}

function ImportButton({ why }: { why: string | null }) {
  const input = useRef<HTMLInputElement>(null);
  const [isReading, setReading] = useState(false);
  const { mutateAsync } = useRuleChange();
  const take = async (file: File): Promise<void> => {
    setReading(true);
    try {
      const found = ruleExportSchema.safeParse(JSON.parse(await file.text()));
      if (!found.success) {
        const [issue] = found.error.issues;
        toast.error('These are no rules', { description: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
        return;
      }
      await mutateAsync({ do: 'import', alerts: found.data.alerts satisfies ListedRule['rule'][] });
      toast.success(`${plural(found.data.alerts.length, 'rule')} taken in`);
    } catch (error) {
      toast.error('The rules were not taken in', {
        description: error instanceof SyntaxError ? 'The file is not JSON.' : sentenceOf(error as Error),
      });
    } finally {
      setReading(false);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        aria-label="File with rules"
        className="hidden"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void take(file);
          target.value = '';
        }}
      />
      <Button blockedBecause={why} disabled={isReading} onClick={() => input.current?.click()}>
        <Upload size={13} aria-hidden /> Import
      </Button>
    </>
  );
}
