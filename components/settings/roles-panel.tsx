'use client';
import { sentenceOf } from '../api/problem';
import { Chip } from '../ui/chip';
import { Section } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';
import { usePeople } from './use-people';

/** What each role allows. Roles are written in the configuration file, so that they go through review. */
export function RolesPanel() {
  const { data, error, isPending } = usePeople();
  return (
    <Section title="Roles" {...(data ? { count: data.roles.length } : {})}>
      {isPending && <SkeletonRows count={3} />}
      {error && !data && <p className="px-4 py-3 text-sm text-crit">{sentenceOf(error)}</p>}
      <ul className="divide-y divide-line">
        {data?.roles.map(({ name, isBuiltIn, grants, redact }) => (
          <li key={name} className="flex flex-col gap-1 px-3 py-2 text-sm md:px-4">
            <p className="flex items-center gap-2">
              <span className="font-medium">{name}</span>
              {isBuiltIn && <Chip>built in</Chip>}
              <span className="text-xs text-ink-3">
                {peopleWords(data.people.filter(({ role }) => role === name).length)}
              </span>
            </p>
            <ul className="text-xs text-ink-2">
              {grants.map(({ queues, actions }, index) => (
                <li key={index}>
                  {actionsWords(actions)} on{' '}
                  <code className="font-mono [overflow-wrap:anywhere]">{queues.join(', ')}</code>
                </li>
              ))}
              {name === 'admin' && <li>people, tokens, settings and the audit log</li>}
              {redact.length > 0 && (
                <li>
                  does not see <code className="font-mono">{redact.join(', ')}</code>
                </li>
              )}
            </ul>
          </li>
        ))}
      </ul>
      <div className="border-t border-line px-3 py-2 text-xs text-ink-3 md:px-4">
        <p>
          More roles are made under <code className="font-mono">roles</code> in{' '}
          <code className="font-mono">tailback.config.json</code> and hold after a restart. Queues that no grant covers
          are not there for their people:
        </p>
        <pre className="mt-1 overflow-x-auto font-mono text-ink-2">{EXAMPLE}</pre>
      </div>
    </Section>
  );
}

const EXAMPLE =
  '{ "roles": [{ "name": "reports", "grants": [{ "queues": ["report-*"], "actions": ["view", "retry"] }] }] }';

function peopleWords(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function actionsWords(actions: readonly string[]): string {
  if (actions.includes('*')) return 'every action';
  return actions.join(', ');
}
