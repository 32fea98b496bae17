import type { MouseEvent } from 'react';

/** Whether a click on a row meant something else than the row: a control in it, or text that is being selected. */
export function isControl(event: MouseEvent): boolean {
  return (
    (event.target instanceof Element && event.target.closest('button, a') !== null) ||
    Boolean(getSelection()?.toString())
  );
}
