/** Copies text; `false` when the browser refuses. On plain HTTP there is no clipboard API, so an old way is tried. */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
  if (clipboard)
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // tried the other way below
    }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } finally {
    area.remove();
  }
}
