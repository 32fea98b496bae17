'use client';
import { formatCount } from '../format/number';
import { Ago } from '../shell/time';

type Props = { total: number | null; readAt: number; isPaused: boolean };

/** How many jobs the state has, and how fresh the rows are. */
export function ListNotes({ total, readAt, isPaused }: Props) {
  return (
    <>
      <span>{formatCount(total)}</span>
      {readAt > 0 && (
        <span className="max-md:hidden">
          · read <Ago at={readAt} />
        </span>
      )}
      {isPaused && <span className="text-warn max-md:hidden">· updates paused</span>}
    </>
  );
}
