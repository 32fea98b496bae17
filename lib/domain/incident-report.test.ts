import { expect, test } from 'vitest';
import { incidentReport, sparkline, type IncidentReport } from './incident-report';

const AT = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

const REPORT: IncidentReport = {
  title: 'main/bull/reports',
  environment: 'production',
  url: 'https://tailback.example/queues/key?from=1&to=2',
  from: AT - 60 * MINUTE,
  to: AT,
  madeAt: AT,
  queues: [
    {
      label: 'main/bull/reports',
      url: 'https://tailback.example/queues/key?from=1&to=2',
      verdicts: [{ severity: 'critical', since: AT - 10 * MINUTE, sentence: 'No worker is connected; 12 jobs wait.' }],
      numbers: [{ label: 'Backlog', text: '12' }],
      curves: [
        { label: 'backlog', unit: 'jobs', values: [0, 4, null, 12] },
        { label: 'run p95', unit: 'ms', values: [null, null, null, null] },
      ],
      failures: [
        { title: 'Error: no such customer', count: 7, share: 0.7, url: 'https://tailback.example/failures/f' },
      ],
    },
  ],
  moreQueues: 2,
  marks: [
    {
      id: 'm',
      at: AT - 11 * MINUTE,
      until: null,
      kind: 'workers-left',
      text: '2 workers of web-1 left; none is connected now',
      source: 'main',
      queue: { source: 'main', namespace: 'bull', name: 'reports' },
      queueKey: 'key',
      pattern: null,
      link: null,
      by: null,
    },
  ],
  marksAreCut: false,
  actions: [
    {
      id: '1-0',
      at: AT - MINUTE,
      actor: 'ada@example.com',
      role: 'admin',
      address: '10.0.0.1',
      action: 'retry',
      target: 'main/bull/reports',
      jobIds: [],
      jobCount: 5,
      outcome: 'done',
      detail: null,
    },
  ],
};

test('all that a person needs is in it', () =>
  expect(incidentReport(REPORT)).toBe(`# main/bull/reports

- Window: 2026-11-24 11:00:00 UTC to 2026-11-24 12:00:00 UTC (1 h): https://tailback.example/queues/key?from=1&to=2
- Environment: production
- Copied: 2026-11-24 12:00:00 UTC

## \`main/bull/reports\`

https://tailback.example/queues/key?from=1&to=2

- **critical**, for 10 m: No worker is connected; 12 jobs wait.

| | |
| --- | ---: |
| Backlog | 12 |

\`\`\`
backlog  ▁▄·█  max 12, last 12
\`\`\`

Top failures:

- 7 failures (70 %): \`Error: no such customer\` https://tailback.example/failures/f

… and 2 more queues.

## What happened

- 2026-11-24 11:49:00 UTC workers left \`reports\`: 2 workers of web-1 left; none is connected now

## Actions taken

- 2026-11-24 11:59:00 UTC ada@\u2060example.com: **retry** \`main/bull/reports\`, 5 jobs (done)
`));

test('nothing that a job says is Markdown, HTML, a mention or a link', () => {
  const evil = '`x` ![p](https://evil.example/p.png) <img src=x onerror=alert(1)> @channel\n# Heading\n| a |';
  const [queue] = REPORT.queues;
  const [mark] = REPORT.marks;
  const text = incidentReport({
    ...REPORT,
    title: evil,
    queues: [
      {
        ...queue!,
        label: evil,
        verdicts: [{ severity: 'critical', since: AT, sentence: evil }],
        numbers: [{ label: evil, text: evil }],
        failures: [{ title: evil, count: 1, share: null, url: 'https://tailback.example/f' }],
      },
    ],
    marks: [{ ...mark!, text: evil, by: evil }],
  });
  // In code spans everything is text; elsewhere nothing may be special.
  const outside = text.replace(/`[^`\n]*`/g, '').replaceAll(/\\[^\n]/g, '');
  expect(outside).not.toMatch(/!\[|<img|@channel|\]\(/);
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  expect(outside.split('\n').every((line) => !line.startsWith('| a'))).toBe(true);
});

test('who may not read the log is told so, and an empty time is no empty page', () => {
  const text = incidentReport({ ...REPORT, queues: [], marks: [], actions: null });
  expect(text).toContain('Nothing that Tailback noted.');
  expect(text).toContain('for administrators');
});

test.each([
  { values: [], expected: '' },
  { values: [0, 0], expected: '▁▁' },
  { values: [1, 2, null, 8], expected: '▂▃·█' },
  { values: Array.from({ length: 400 }, (_, index) => index), expected: /^▂.{38}█$/ },
])('a curve of $values.length values', ({ values, expected }) =>
  typeof expected === 'string' ? expect(sparkline(values)).toBe(expected) : expect(sparkline(values)).toMatch(expected),
);
