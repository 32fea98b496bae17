'use client';
import { json } from '@codemirror/lang-json';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, linter, type Diagnostic } from '@codemirror/lint';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import CodeMirror from '@uiw/react-codemirror';
import { useMemo } from 'react';
import { checkJson } from './check-json';
import { faultPosition } from './fault-position';

type Props = { label: string; noteId: string; value: string; onChange(text: string): void; isFaulty: boolean };

/** Colours come from the page's own variables, so that both themes fit. */
const theme = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '0.75rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--font-code)', caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft) !important' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line-strong)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft) !important', color: 'inherit' },
});
const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--ink-2)', fontWeight: '600' },
    { tag: tags.string, color: 'var(--ink)' },
    { tag: [tags.number, tags.bool], color: 'var(--accent)' },
    { tag: tags.null, color: 'var(--ink-3)' },
    { tag: tags.invalid, color: 'var(--crit)' },
  ]),
);

/** The browser's own words at our own place: it keeps the place of many faults to itself. */
function faultsOf(text: string): Diagnostic[] {
  const { fault } = checkJson(text);
  const at = faultPosition(text);
  if (!fault || at === null) return [];
  return [
    { from: Math.min(at, text.length), to: Math.min(at + 1, text.length), severity: 'error', message: fault.message },
  ];
}

/** CodeMirror for JSON; a part of its own, since it is only loaded when something is edited. */
export function CodeEditor({ label, noteId, value, onChange, isFaulty }: Props) {
  const extensions = useMemo(
    () => [
      json(),
      linter((view) => faultsOf(view.state.doc.toString()), { delay: 200 }),
      lintGutter(),
      theme,
      colours,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        'aria-label': label,
        'aria-describedby': noteId,
        'aria-invalid': String(isFaulty),
        spellcheck: 'false',
      }),
    ],
    [label, noteId, isFaulty],
  );
  return (
    <CodeMirror
      value={value}
      onChange={onChange}
      theme="none"
      extensions={extensions}
      minHeight="9rem"
      maxHeight="45vh"
      indentWithTab={false}
      basicSetup={{ foldGutter: true, highlightActiveLine: true, autocompletion: false, searchKeymap: false }}
    />
  );
}
