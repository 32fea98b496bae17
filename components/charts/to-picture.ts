import { visibleLine } from '../format/visible-text';
import type { LineSpec } from './series-rows';

export type LegendEntry = Pick<LineSpec, 'label' | 'color' | 'dash'>;
type Words = { title: string; subtitle: string; legend: readonly LegendEntry[] };

const SCALE = 2;
const PADDING = 16;
const HEAD_PX = 62;
const SVG = 'http://www.w3.org/2000/svg';
/** What a drawing takes from style sheets and variables, which a picture on its own does not have. */
const INLINED = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray'],
  ...['opacity', 'font-size', 'font-family', 'font-weight', 'text-anchor', 'visibility', 'display'],
] as const;

/**
 * A drawing as PNG, in the colours of the screen and at twice its size, with title, range and legend above it.
 * @throws Error when the browser cannot draw it
 */
export async function toPicture(svg: SVGSVGElement, words: Words): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect();
  const [fullWidth, fullHeight] = [width + 2 * PADDING, height + HEAD_PX + PADDING];
  const text = standalone(svg, { width: fullWidth, height: fullHeight }, words);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml;charset=utf-8' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [fullWidth * SCALE, fullHeight * SCALE];
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser has no canvas.');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The canvas gave no picture.'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

function standalone(svg: SVGSVGElement, size: { width: number; height: number }, { title, subtitle, legend }: Words) {
  const page = getComputedStyle(document.documentElement);
  // Colours that depend on the theme are asked for where they apply: on an element of the page.
  const probe = svg.ownerDocument.createElement('span');
  svg.parentElement?.append(probe);
  const colour = (value: string) => {
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const root = document.createElementNS(SVG, 'svg');
  setAll(root, { xmlns: SVG, width: size.width, height: size.height, 'font-family': page.fontFamily });
  const add = (name: string, attributes: Record<string, string | number>, text?: string) => {
    const element = document.createElementNS(SVG, name);
    setAll(element, attributes);
    if (text !== undefined) element.textContent = visibleLine(text);
    root.append(element);
  };
  const font = getComputedStyle(document.body).fontFamily;
  add('rect', { width: '100%', height: '100%', fill: colour('var(--panel)') });
  add(
    'text',
    { x: PADDING, y: 24, fill: colour('var(--ink)'), 'font-size': 14, 'font-weight': 600, 'font-family': font },
    title.slice(0, 120),
  );
  add('text', { x: PADDING, y: 40, fill: colour('var(--ink-3)'), 'font-size': 11, 'font-family': font }, subtitle);
  let x = PADDING;
  for (const { label, color, dash } of legend) {
    add('line', {
      x1: x,
      x2: x + 14,
      y1: 52,
      y2: 52,
      stroke: colour(color),
      'stroke-width': 2.5,
      'stroke-dasharray': dash ?? 'none',
    });
    add('text', { x: x + 19, y: 56, fill: colour('var(--ink-2)'), 'font-size': 11, 'font-family': font }, label);
    x += 34 + label.length * 6.2;
  }
  const drawing = svg.cloneNode(true) as SVGSVGElement;
  inline(svg, drawing);
  setAll(drawing, { x: PADDING, y: HEAD_PX });
  root.append(drawing);
  probe.remove();
  return new XMLSerializer().serializeToString(root);
}

function inline(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of INLINED) {
    const value = style.getPropertyValue(name);
    // Patterns are referred to by an address that begins with the page's.
    if (value !== '') to.setAttribute(name, value.replace(/url\("?[^#"]*(#[^")]+)"?\)/, 'url($1)'));
  }
  to.removeAttribute('style');
  to.removeAttribute('class');
  for (const [index, child] of [...from.children].entries()) {
    const copy = to.children[index];
    if (copy) inline(child, copy);
  }
}

function setAll(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
