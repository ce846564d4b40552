/** Pictures for the notebooks, as SVG: notebooks show what these functions return. */

import * as Plot from '@observablehq/plot';
import {parseHTML} from 'linkedom';

const {document} = parseHTML('<html></html>') as unknown as {document: Document};

/** A chart by Observable Plot, black on white whatever the theme of the page is. */
export function chart(options: Plot.PlotOptions) {
  const style = {background: '#fff', color: '#222', fontSize: '13px'};
  const frame = {width: 640, height: 300, marginLeft: 60, marginRight: 100, marginBottom: 48, marginTop: 36};
  const x = {labelAnchor: 'center', labelArrow: 'none', labelOffset: 40, ...options.x} as const;
  const {outerHTML} = Plot.plot({...frame, ...options, x, document, style});
  return shown(outerHTML.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'));
}

/** A picture of square pixels. */
export interface Pixels {
  readonly caption: string;
  /** Row by row: 0 is white, 1 and more dark blue. */
  readonly values: ArrayLike<number>;
  /** Pixels in a row. */
  readonly width: number;
}

/** Pictures of pixels side by side, with their captions; `size` is the width of one on the screen. */
export function pictures(list: readonly Pixels[], size = 140) {
  const columns = Math.min(list.length, Math.floor(760 / (size + 12)));
  const tallest = Math.max(...list.map(({values, width}) => values.length / width / width)) * size;
  const [stepX, stepY] = [size + 12, tallest + 26];
  const parts = list.map(({caption, values, width}, i) => {
    const [x, y] = [6 + stepX * (i % columns), 20 + stepY * Math.floor(i / columns)];
    return `<text x="${x}" y="${y - 5}">${caption}</text>
<g transform="translate(${x} ${y}) scale(${size / width})">
<rect width="${width}" height="${values.length / width}" fill="#fff" stroke="#999" stroke-width="${width / size}" />
${pathsOf(values, width)}</g>`;
  });
  const [width, height] = [stepX * columns, stepY * Math.ceil(list.length / columns)];
  return shown(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff" />
${parts.join('\n')}
</svg>`);
}

const LEVELS = 8;

/** One path for each of some shades, so that pictures stay small files. */
function pathsOf(values: ArrayLike<number>, width: number): string {
  const strokes = Array.from({length: LEVELS + 1}, () => '');
  for (let i = 0; i < values.length; i++) {
    const level = Math.round(LEVELS * Math.min(1, values[i]));
    strokes[level] += `M${i % width} ${Math.floor(i / width) + 0.5}h1`;
  }
  const paths = strokes.map((d, level) => `<path d="${d}" stroke="${shade(level / LEVELS)}" />`);
  return paths.filter((_, level) => level > 0 && strokes[level] !== '').join('\n');
}

/** From white to dark blue. */
function shade(share: number): string {
  const mixed = [8, 48, 107].map((dark) => Math.round(255 + share * (dark - 255)));
  return `rgb(${mixed})`;
}

/** A section of a page of `renderReport`, by its heading. */
export function reportSection(page: string, heading: string) {
  const {document: report} = parseHTML(page);
  const begin = [...report.querySelectorAll('h2')].find(({textContent}) => textContent === heading);
  if (!begin) throw new Error(`reportSection: heading must be one of the report's, received ${heading}.`);
  let content = '';
  for (let next = begin.nextElementSibling; next && next.localName !== 'h2'; next = next.nextElementSibling) {
    content += next.outerHTML;
  }
  const style = report.querySelector('style')?.textContent.replaceAll(':root', '&');
  const colors = 'background: var(--page); color: var(--text); padding: 1rem;';
  return display({
    'text/html': `<style>.itop-report { ${colors} ${style} }</style><div class="itop-report">${content}</div>`,
  });
}

function shown(svg: string) {
  return display({'image/svg+xml': svg});
}

/** What a notebook shows in place of the object, by the type of content. */
function display(content: Record<string, string>) {
  return {[Symbol.for('Jupyter.display')]: () => content};
}
