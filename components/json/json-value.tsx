import { formatCount } from '../format/number';
import { visibleLine } from '../format/visible-text';
import { Marked } from '../job/marked';
import { isContainer, type JsonRow } from './json-rows';

const SHOWN_CHARS = 240;
const PREVIEW_VALUES = 4;

/** What stands behind a key: a plain value, or what a closed container holds. Hostile text, made visible and cut. */
export function JsonValue({ row, mark }: { row: JsonRow; mark: string }) {
  const { value, size, isOpen } = row;
  if (isContainer(value)) {
    const isArray = Array.isArray(value);
    const word = isArray ? (size === 1 ? 'item' : 'items') : size === 1 ? 'key' : 'keys';
    return (
      <span className="text-ink-3">
        {isArray ? '[' : '{'}
        {!isOpen && size !== 0 && <span className="text-ink-2"> {previewOf(value)} </span>}
        {(!isOpen || size === 0) && (isArray ? ']' : '}')}
        {size !== 0 && (
          <span className="ml-1.5 text-2xs">
            {formatCount(size)} {word}
          </span>
        )}
      </span>
    );
  }
  if (typeof value === 'string')
    return (
      <bdi className="text-ink">
        <span className="text-ink-3">"</span>
        <Marked text={shown(value)} mark={mark} />
        <span className="text-ink-3">"</span>
        {value.length > SHOWN_CHARS && (
          <span className="ml-1.5 text-2xs text-ink-3">{formatCount(value.length)} characters</span>
        )}
      </bdi>
    );
  return (
    <span className={value === null ? 'text-ink-3' : 'text-accent'}>
      <Marked text={String(value)} mark={mark} />
    </span>
  );
}

function shown(text: string): string {
  return `${visibleLine(text.slice(0, SHOWN_CHARS))}${text.length > SHOWN_CHARS ? '…' : ''}`;
}

/** The first few plain values of a container; never reaches into what it holds. */
function previewOf(container: object): string {
  const isArray = Array.isArray(container);
  const parts: string[] = [];
  let seen = 0;
  // `for in` stops early; `Object.entries` would copy a hundred thousand values for four.
  for (const key in container) {
    if (!Object.hasOwn(container, key)) continue;
    if (seen === PREVIEW_VALUES) {
      parts.push('…');
      break;
    }
    seen += 1;
    const value = (container as Record<string, unknown>)[key];
    const text = isContainer(value)
      ? Array.isArray(value)
        ? '[…]'
        : '{…}'
      : typeof value === 'string'
        ? `"${visibleLine(value.slice(0, 24))}${value.length > 24 ? '…' : ''}"`
        : String(value);
    parts.push(isArray ? text : `${visibleLine(key.slice(0, 24))}: ${text}`);
  }
  return parts.join(', ');
}
