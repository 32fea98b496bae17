import { plainText } from './plain-text';
import { frameLines } from './stack';

const MAX_FRAME_CHARS = 120;
const FOREIGN =
  /(?:^|[\\/])(?:node_modules|\.pnpm|\.yarn|bower_components)[\\/]|\.pnp\.[cm]?js|^node:|^internal[\\/]|[\\/]var[\\/]runtime[\\/]|^(?:native|wasm|bun):|^<anonymous>$|^index \d+$|^native$|^evalmachine\./;
/** Folders that say where a program was put or how it was built, not what it is. */
const GENERIC = new Set(
  'app apps application bin build builds bundle bundled cjs code compiled cur current deploy deploys deployment deployments dist esm home lib mnt opt out output package packages prod production project release releases repo root server service services shared source sources src srv staging standalone task tmp usr var versions webpack work workdir workspace www'.split(
    ' ',
  ),
);

/**
 * The first frame of a stack that is neither a library's nor Node's, as `folder/file:function`.
 *
 * It has to be the same after the next deploy: lines and columns, the extension, hashes in names of bundles, and
 * folders that change with a release are left out. `null` where all frames are foreign.
 */
export function ownFrameOf(stack: string | null): string | null {
  if (stack === null) return null;
  for (const line of frameLines(stack)) {
    // Most are of libraries: told at a glance.
    if (line.includes('node_modules') || line.includes('(node:')) continue;
    const { name, place } = readFrame(line);
    const file = fileOf(place);
    if (file === null) continue;
    const shown = name === '' ? file : `${file}:${name}`;
    return plainText(shown, MAX_FRAME_CHARS);
  }
  return null;
}

/** `async Foo.bar [as baz] (/x/y.js:1:2)` → name and place; a line without a name is the place itself. */
function readFrame(line: string): { name: string; place: string } {
  const text = line.startsWith('async ') ? line.slice('async '.length) : line;
  const open = text.endsWith(')') ? text.lastIndexOf(' (') : -1;
  if (open < 0) return { name: '', place: text };
  return { name: functionName(text.slice(0, open)), place: text.slice(open + 2, -1) };
}

/** Modules are `Object` or `Module` in one build and nothing in another; aliases change with the caller. */
function functionName(text: string): string {
  const alias = text.indexOf(' [as ');
  let name = alias >= 0 ? text.slice(0, alias) : text;
  for (const receiver of ['Object.', 'Module.', 'exports.', 'module.exports.', 'Function.', 'global.'])
    if (name.startsWith(receiver)) name = name.slice(receiver.length);
  if (name.endsWith('.<anonymous>')) name = name.slice(0, -'.<anonymous>'.length);
  return name === '<anonymous>' || name === 'anonymous' || name === 'eval' ? '' : name;
}

function fileOf(place: string): string | null {
  const path = withoutPosition(place)
    .replace(/^file:\/\/(?:\/(?=[A-Za-z]:))?/, '')
    .replace(/^webpack(?:-internal)?:\/\/(?:[\w@.-]{0,80}\/)?/, '')
    .replace(/[?#].*$/, '');
  if (path === '' || FOREIGN.test(path)) return null;
  const parts = path.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const last = parts.pop();
  // Old versions of Node name their own files without a folder: `net.js`, `_http_client.js`.
  if (last === undefined || (parts.length === 0 && !/[\\/]/.test(path))) return null;
  const file = withoutRelease(last.replace(/\.(?:[cm]?[jt]sx?|bundle|min|esm|cjs)(?=$|\.)/g, ''));
  while (parts.length > 0) {
    const folder = parts.pop() as string;
    if (GENERIC.has(folder.toLowerCase()) || /^[A-Za-z]:$/.test(folder)) continue;
    const kept = withoutRelease(folder);
    if (kept !== '' && kept !== '*') return `${kept}/${file}`;
  }
  return file;
}

/** `:12:5` at the end, once or twice; `eval at` places name the file inside. */
function withoutPosition(place: string): string {
  const inner = place.startsWith('eval at ') ? place.slice(place.lastIndexOf('(') + 1).replace(/\).*$/s, '') : place;
  return inner.replace(/:\d{1,9}(?::\d{1,9})?$/, '');
}

/** Versions, dates and hashes in the name of a folder or bundle: `shop-1.4.2` → `shop-*`, `main.3f2a91bc` → `main.*`. */
function withoutRelease(name: string): string {
  return name
    .split(/([-._@+])/)
    .map((part) => (/\d/.test(part) && (/^v?\d/.test(part) || part.length >= 6) ? '*' : part))
    .join('')
    .replace(/\*(?:[-._@+]\*)+/g, '*');
}
