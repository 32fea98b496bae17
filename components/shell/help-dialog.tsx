'use client';
import { Modal } from '../ui/dialog';

const GROUPS: readonly { name: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    name: 'Anywhere',
    keys: [
      ['Ctrl K', 'Go to a queue or screen'],
      ['g o', 'Overview'],
      ['g f', 'Failures'],
      ['g p', 'Operations'],
      ['g s', 'Schedulers'],
      ['g w', 'Workers'],
      ['g a', 'Alerts'],
      ['g t', 'Timeline'],
      ['g b', 'Brokers'],
      ['g r', 'Arena'],
      ['g u', 'Audit (admin)'],
      ['/', 'To the filter'],
      ['?', 'This help'],
    ],
  },
  {
    name: 'In a list',
    keys: [
      ['j k', 'Next, previous row'],
      ['Enter', 'Open the row'],
      ['x', 'Select the row'],
      ['Shift x', 'Select up to the row'],
      ['r', 'Retry what is selected'],
      ['Esc', 'Close, clear the selection'],
    ],
  },
];

export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Modal open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <div className="grid gap-6 pb-3 sm:grid-cols-2">
        {GROUPS.map(({ name, keys }) => (
          <section key={name}>
            <h3 className="label mb-1">{name}</h3>
            <dl>
              {keys.map(([key, meaning]) => (
                <div
                  key={key}
                  className="flex h-7 items-center justify-between gap-3 border-b border-line text-sm last:border-0"
                >
                  <dt className="order-last flex gap-1">
                    {key.split(' ').map((part) => (
                      <kbd key={part}>{part}</kbd>
                    ))}
                  </dt>
                  <dd className="text-ink-2">{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
