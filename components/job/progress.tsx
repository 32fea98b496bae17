import { Fragment } from 'react';
import type { Job } from '@/lib/domain/job';
import { isContainer } from '../json/json-rows';
import { JsonTree } from '../json/json-tree';
import { JobBlock, JobLine } from '../ui/job-text';
import { progressFacts } from './progress-facts';

/** What the worker last reported: a share of 100 as a bar, another number as such, text, or an object as facts or a tree. */
export function Progress({ value }: { value: NonNullable<Job['progress']> }) {
  if (typeof value === 'string') {
    const object = objectOf(value);
    if (!object) return <JobBlock className="max-h-40 overflow-y-auto">{textOf(value)}</JobBlock>;
    const facts = progressFacts(object);
    if (!facts) return <JsonTree value={object} root="progress" search="" />;
    return (
      <>
        {facts.percent !== null && <Bar percent={facts.percent} />}
        <dl className="grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1 text-sm">
          {facts.rows.map(({ key, value: text }) => (
            <Fragment key={key}>
              <dt className="truncate text-ink-3">
                <JobLine title>{key}</JobLine>
              </dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">
                <JobLine>{text}</JobLine>
              </dd>
            </Fragment>
          ))}
        </dl>
      </>
    );
  }
  return value < 0 || value > 100 ? <p className="text-sm">{value}</p> : <Bar percent={value} />;
}

function Bar({ percent }: { percent: number }) {
  return (
    <div className="mb-1.5 flex items-center gap-3 text-sm">
      <span
        role="progressbar"
        aria-label="Progress"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 w-40 overflow-hidden rounded-full bg-line"
      >
        <span className="block h-full bg-accent" style={{ width: `${percent}%` }} />
      </span>
      {percent} %
    </div>
  );
}

function objectOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return isContainer(value) ? value : null;
  } catch {
    return null;
  }
}

/** Text is stored with its quotes. */
function textOf(stored: string): string {
  try {
    const value: unknown = JSON.parse(stored);
    return typeof value === 'string' ? value : stored;
  } catch {
    return stored;
  }
}
