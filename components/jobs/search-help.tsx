const ROWS: readonly (readonly [string, string])[] = [
  ['timeout', 'in id, name, error, data or result; case does not matter'],
  ['"card declined"', 'words that stand together'],
  ['-timeout', 'not that; a minus turns any term round'],
  ['name:charge', 'contains; name=charge is exactly that'],
  ['error:ECONNREFUSED', 'error message; stack: looks into stack traces'],
  ['data.customer.id=17', 'a value inside the data; result. inside the result'],
  ['data.total>100', 'numbers inside the data can be compared'],
  ['data.items.sku:A1', 'in any element of a list; data.items.0.sku in the first'],
  ['attempts>2', 'attempts made; priority and progress likewise'],
  ['age<2h', 'since it was added; units ms s m h d w'],
  ['run>30s wait>5m', 'how long it ran, how long it waited'],
  ['finished:24h', 'ended in the last day; finished:2026-11-24 on that day'],
  ['finished>10:30', 'times are UTC unless a zone is given: 10:30+01:00'],
  ['id=17', 'exactly this job; id:17 contains it'],
];

/** The language of searches, by example. */
export function SearchHelp() {
  return (
    <>
      <p className="mb-2 text-sm">
        Terms stand side by side; all must hold. The jobs of the chosen state are looked through in the order of the
        list.
      </p>
      <dl className="text-xs">
        {ROWS.map(([example, meaning]) => (
          <div key={example} className="flex gap-3 border-b border-line py-1 last:border-0">
            <dt className="w-44 shrink-0 font-mono">{example}</dt>
            <dd className="text-ink-2">{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-xs text-ink-3">Fields over 1 MB are not searched; how many there were is said.</p>
    </>
  );
}
