/** What producers may hand over and a screen must show as text: markup, script, control and direction characters. */
export const HOSTILE_NAME = '<img src=x onerror="document.title=\'owned\'">';
export const HOSTILE_DATA = {
  comment: '</script><script>document.title="owned"</script>',
  link: 'javascript:alert(document.domain)',
  file: 'invoice\u202Egnp.exe',
  expression: '{{constructor.constructor("return process")()}}',
  ansi: '\u001b[31mred\u001b[0m\u0007',
};

export function hostileError(): Error {
  return new Error('Rendering failed: <svg onload="document.title=\'owned\'"> \u001b[2J in <b>template</b> "&quot;"');
}
