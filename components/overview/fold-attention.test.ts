import { expect, test } from 'vitest';
import { aQueue } from '../testing/a-queue';
import { attentionOf } from './attention';
import { foldAttention } from './fold-attention';

const verdict = { severity: 'critical', since: 1, sentence: 's', evidence: [], actions: [], under: [] } as const;
const lost = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    aQueue({
      name: `q${index}`,
      backlog: 10,
      verdicts: [{ ...verdict, evidence: [], actions: [], under: [], code: 'no-workers' }],
    }),
  );

test('queues with the same cause are told together from four on', () => {
  expect(foldAttention(attentionOf(lost(3), [])).map(({ type }) => type)).toEqual(['one', 'one', 'one']);
  const lines = foldAttention(attentionOf(lost(306), []));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    type: 'group',
    group: { sentence: '306 queues have jobs that wait and no worker connected', impact: 3060 },
  });
});

test('a single queue with more at stake stays above the group', () => {
  const large = aQueue({
    name: 'large',
    backlog: 90_000,
    verdicts: [{ ...verdict, evidence: [], actions: [], under: [], code: 'failing' }],
  });
  expect(foldAttention(attentionOf([...lost(5), large], [])).map(({ type }) => type)).toEqual(['one', 'group']);
});
