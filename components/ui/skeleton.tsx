/** Grey bars in the place of rows that are on their way. */
export function SkeletonRows({ count = 8 }: { count?: number }) {
  return (
    <div aria-hidden className="divide-y divide-line">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="flex h-8 items-center gap-6 px-3">
          <div className="h-2.5 rounded-full bg-line" style={{ width: `${14 + ((index * 7) % 11)}rem` }} />
          <div className="ml-auto h-2.5 w-16 rounded-full bg-line" />
          <div className="h-2.5 w-12 rounded-full bg-line max-md:hidden" />
          <div className="h-2.5 w-20 rounded-full bg-line max-md:hidden" />
        </div>
      ))}
    </div>
  );
}
