'use client';
import { useMemo, useState, type FormEvent } from 'react';
import { toast } from 'sonner';
import type { AlertRule, ListedRule } from '@/lib/domain/alert-rule';
import { ApiError, sentenceOf } from '../api/problem';
import { visibleLine } from '../format/visible-text';
import { useWhyNot } from '../shell/me';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';
import { ReplayPanel } from './replay-panel';
import { RuleForm } from './rule-form';
import { EMPTY_RULE, fieldOf, toFields, toRule, type RuleErrors, type RuleFields } from './rule-fields';
import { RuleStandings } from './rule-standings';
import { useRuleChange } from './use-rules';

type Props = {
  /** The one to be changed, or to begin from. */
  listed: ListedRule | null;
  /** A new rule is made from it. */
  isCopy?: boolean;
  revision: number;
  onClose(): void;
};

/** Makes a rule or changes one, with what it covers now and would have done in sight. Mount it to open it. */
export function RuleDialog({ listed, isCopy = false, revision: revisionNow, onClose }: Props) {
  const [revision, setRevision] = useState(revisionNow);
  const [fields, setFields] = useState<RuleFields>(() => fieldsOf(listed, isCopy));
  const [errors, setErrors] = useState<RuleErrors>({});
  const why = useWhyNot('administer');
  const whyNotTry = useWhyNot('operate');
  const { mutate, isPending, error } = useRuleChange();
  const isChange = listed !== null && listed.origin === 'screen' && !isCopy;
  const draft = useMemo(() => toRule({ ...fields, name: fields.name || 'new rule' }).rule ?? null, [fields]);
  const save = (rule: AlertRule) =>
    mutate(isChange ? { do: 'change', id: listed.id, rule, revision } : { do: 'add', rule }, {
      onSuccess: () => {
        toast.success(isChange ? 'Saved' : 'The rule was made', { description: 'It is checked from now on.' });
        onClose();
      },
      onError: (problem) => {
        if (!(problem instanceof ApiError)) return;
        setErrors(
          Object.fromEntries(problem.invalidParams.map(({ path, message }) => [fieldOf(path.split('.')), message])),
        );
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = toRule(fields);
    setErrors(checked.errors ?? {});
    if (checked.rule) save(checked.rule);
  };
  const isOutrun = error instanceof ApiError && error.status === 409 && isChange && revision !== revisionNow;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={isChange ? `Edit “${visibleLine(listed.rule.name)}”` : 'New rule'}
      {...(listed?.origin === 'built-in' && !isCopy
        ? { description: 'This rule comes with Tailback. Yours takes its place; delete yours, and it is back.' }
        : {})}
      className="top-[4vh] max-h-[92vh] w-[min(46rem,calc(100vw-1rem))]"
    >
      <form onSubmit={submit} className="flex flex-col gap-3 pb-3" noValidate>
        <RuleForm fields={fields} errors={errors} onChange={(change) => setFields({ ...fields, ...change })} />
        <RuleStandings rule={draft} />
        <ReplayPanel rule={draft} why={whyNotTry} />
        {error && (
          <div
            role="alert"
            className="flex flex-wrap items-center gap-2 rounded-md bg-crit-soft px-3 py-2 text-sm text-crit"
          >
            <span className="min-w-0 flex-1">{sentenceOf(error)}</span>
            {isOutrun && (
              <Button size="sm" onClick={() => setRevision(revisionNow)}>
                Save mine all the same
              </Button>
            )}
          </div>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={isPending} blockedBecause={why}>
            {isPending ? 'Saving …' : isChange ? 'Save' : 'Make rule'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function fieldsOf(listed: ListedRule | null, isCopy: boolean): RuleFields {
  if (!listed) return EMPTY_RULE;
  const fields = toFields(listed.rule);
  return isCopy ? { ...fields, name: `${fields.name} (copy)` } : fields;
}
