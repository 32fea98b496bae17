const HEIGHT = 18;

/** Failures over time as bars, as wide as there is room; what it shows stands in words beside it. */
export function SparkBars({ values, className }: { values: readonly number[]; className?: string }) {
  const most = Math.max(1, ...values);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${Math.max(1, values.length)} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={className}
    >
      <line x1={0} x2={values.length} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line-strong)" strokeWidth={1} />
      {values.map((value, index) => {
        if (value === 0) return null;
        const height = Math.max(2, (value / most) * (HEIGHT - 1));
        return <rect key={index} x={index} width={0.82} y={HEIGHT - height} height={height} fill="var(--s-failed)" />;
      })}
    </svg>
  );
}
