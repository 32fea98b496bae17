/** The mark: a queue of bars whose tail fades out. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="var(--accent)" aria-hidden>
      <rect x="18" y="3" width="4" height="18" rx="2" />
      <rect x="12" y="3" width="4" height="18" rx="2" />
      <rect x="6.500" y="7" width="3.500" height="14" rx="1.750" opacity="0.65" />
      <rect x="1.500" y="13" width="3" height="8" rx="1.500" opacity="0.38" />
    </svg>
  );
}
