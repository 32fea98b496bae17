/** Whether no control has the focus, so that Enter belongs to the row under the cursor. */
export function isPageFocused(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.id === 'main';
}
