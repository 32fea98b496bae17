/** Text in which each place that holds `mark` (any case) stands out. */
export function Marked({ text, mark }: { text: string; mark: string }) {
  const wanted = mark.toLowerCase();
  const lower = text.toLowerCase();
  // Some letters change their length with their case; then places cannot be told.
  if (wanted === '' || lower.length !== text.length) return <>{text}</>;
  const pieces: { text: string; at: number; isHit: boolean }[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1 && pieces.length < 400; at = lower.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), at: from, isHit: false });
    pieces.push({ text: text.slice(at, at + wanted.length), at, isHit: true });
    from = at + wanted.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), at: from, isHit: false });
  return (
    <>
      {pieces.map((piece) =>
        piece.isHit ? (
          <mark key={piece.at} className="rounded-[2px] bg-warn-soft text-ink">
            {piece.text}
          </mark>
        ) : (
          <span key={piece.at}>{piece.text}</span>
        ),
      )}
    </>
  );
}
