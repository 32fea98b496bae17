import { expect, test } from 'vitest';
import { visibleLine, visibleText } from './visible-text';

test.each([
  { text: 'a\u001b[31mred', shown: 'a␛[31mred', because: 'terminal colours' },
  { text: 'invoice\u202egpj.exe', shown: 'invoice⟨U+202E⟩gpj.exe', because: 'marks that turn the direction' },
  { text: 'pay\u200bments', shown: 'pay⟨U+200B⟩ments', because: 'spaces that are not seen' },
  { text: '\u0000\u007f\u0085', shown: '␀␡⟨U+0085⟩', because: 'control characters' },
  { text: 'a\ud800b', shown: 'a⟨U+D800⟩b', because: 'the first half of a pair alone' },
  { text: '\udc00\ud83d', shown: '⟨U+DC00⟩⟨U+D83D⟩', because: 'halves in the wrong order' },
  { text: 'عربى 日本語 é 👍', shown: 'عربى 日本語 é 👍', because: 'letters of any script, which stay' },
  { text: 'a\r\n\tb', shown: 'a\n\tb', because: 'tab and newline, which stay in a block' },
  { text: 'fine 😀 ×', shown: 'fine 😀 ×', because: 'whole pairs, which stay' },
])('$because', ({ text, shown }) => expect(visibleText(text)).toBe(shown));

test('a line has no breaks', () => expect(visibleLine('a\r\n b\tc')).toBe('a b c'));
