'use client';
import { MoreHorizontal } from 'lucide-react';
import { toast } from 'sonner';
import type { ListedRule, RuleTally } from '@/lib/domain/alert-rule';
import { sentenceOf } from '../api/problem';
import { useWhyNot } from '../shell/me';
import { SeverityIcon } from '../shell/severity';
import { Ago } from '../shell/time';
import { Button } from '../ui/button';
import { Chip } from '../ui/chip';
import { cn } from '../ui/cn';
import { JobLine } from '../ui/job-text';
import { Menu, MenuItem } from '../ui/menu';
import { ruleWords } from './rule-words';
import { useRuleChange } from './use-rules';

const ORIGINS = { file: 'of the file', 'built-in': 'comes with Tailback', screen: null } as const;

type Props = { listed: ListedRule; tally: RuleTally | null; revision: number; onOpen(rule: string): void };

/** One rule: what it says, where it stands, what can be done to it. */
export function RuleRow({ listed, tally, revision, onOpen }: Props) {
  const { id, origin, rule, isOverruled, updatedAt, updatedBy } = listed;
  const isOff = rule.enabled === false || isOverruled;
  const except = rule.except?.length ? ` except ${rule.except.join(', ')}` : '';
  return (
    <li className={cn('flex items-start gap-3 px-3 py-2 md:px-4', isOff && 'text-ink-3')}>
      <span className="mt-0.5">
        <SeverityIcon severity={isOff ? null : rule.severity} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <JobLine className="font-medium [overflow-wrap:anywhere]">{rule.name}</JobLine>
          {rule.enabled === false && <Chip>off</Chip>}
          {isOverruled && <Chip tone="warn">the file has one of this name, which wins</Chip>}
          {ORIGINS[origin] && <Chip>{ORIGINS[origin]}</Chip>}
          {tally && <Tally tally={tally} />}
        </p>
        <p className="text-xs text-ink-2 [overflow-wrap:anywhere]">
          <JobLine>{ruleWords(rule)}</JobLine> · queues{' '}
          <JobLine className="font-mono">{[rule.queues].flat().join(', ') + except}</JobLine>
        </p>
        {(rule.escalate || updatedBy !== null) && (
          <p className="text-xs text-ink-3">
            {rule.escalate && `Escalates after ${rule.escalate.afterMinutes} min. `}
            {updatedBy !== null && (
              <>
                Changed <Ago at={updatedAt} /> by <JobLine>{updatedBy}</JobLine>
              </>
            )}
          </p>
        )}
      </div>
      <RuleMenu listed={listed} revision={revision} onOpen={onOpen} key={id} />
    </li>
  );
}

function Tally({ tally: { firing, pending, noData, ok } }: { tally: RuleTally }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      {firing > 0 && <Chip tone="crit">{firing} firing</Chip>}
      {pending > 0 && <Chip tone="warn">{pending} pending</Chip>}
      {noData > 0 && <Chip tone="info">{noData} no data</Chip>}
      <Chip>{ok} ok</Chip>
    </span>
  );
}

function RuleMenu({ listed, revision, onOpen }: Omit<Props, 'tally'>) {
  const { id, origin, rule } = listed;
  const why = useWhyNot('administer');
  const { mutate } = useRuleChange();
  const ofFile = origin === 'file' ? 'It is changed in tailback.config.json, and holds after a restart.' : null;
  const failed = (error: Error) => toast.error(`Nothing was changed. ${sentenceOf(error)}`);
  const turn = () => {
    const turned = { ...rule, enabled: rule.enabled === false };
    if (origin === 'screen') mutate({ do: 'change', id, rule: turned, revision }, { onError: failed });
    else mutate({ do: 'add', rule: turned }, { onError: failed });
  };
  const remove = () =>
    mutate(
      { do: 'delete', id },
      {
        onError: failed,
        onSuccess: () =>
          toast(`The rule “${rule.name}” was deleted`, {
            duration: 10_000,
            action: { label: 'Undo', onClick: () => mutate({ do: 'add', rule }, { onError: failed }) },
          }),
      },
    );
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Actions on the rule ${rule.name}`}>
          <MoreHorizontal size={15} aria-hidden />
        </Button>
      }
    >
      <MenuItem blockedBecause={why ?? ofFile} onSelect={() => onOpen(id)}>
        {origin === 'built-in' ? 'Make it yours and edit' : 'Edit'}
      </MenuItem>
      <MenuItem blockedBecause={why} onSelect={() => onOpen(`copy-${id}`)}>
        Duplicate
      </MenuItem>
      <MenuItem blockedBecause={why ?? ofFile} onSelect={turn}>
        {rule.enabled === false ? 'Switch on' : 'Switch off'}
      </MenuItem>
      {origin === 'screen' && (
        <MenuItem isDanger blockedBecause={why} onSelect={remove}>
          Delete
        </MenuItem>
      )}
    </Menu>
  );
}
