/** Draws the pictures of the guide into docs/guide/figures: `npx tsx scripts/drawFigures.ts`. */

import {writeFileSync} from 'node:fs';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {cosineDecay, predictExploration, randomGrowth, seededRandom, Topology} from 'itop';

/** Colours that are told apart and read on white and on black alike. */
const COLORS = {text: '#7d8590', line: '#8b949e', active: '#3b8eea', dropped: '#d9822b', grown: '#2da44e'} as const;
const CELL = 22;

interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly fill?: string;
}

/** The pictures by the names of their files. */
export function figures(): Record<string, string> {
  return {'topology.svg': topology(), 'update.svg': update(), 'exploration.svg': exploration(), 'fused.svg': fused()};
}

/** A sparse kernel as a matrix, and what is held of it. */
function topology(): string {
  const kernel = Topology.random([5, 7], 9, seededRandom('figure'));
  const {rows, cols, rowPtr, colIdx} = kernel;
  const active = new Set([...kernel.positions()]);
  const slots = new Map([...kernel.positions()].map((position, slot) => [position, slot]));
  const left = 40;
  const top = 44;
  const parts = [text('A kernel [5, 7], 9 active', left, 22)];
  for (let position = 0; position < rows * cols; position++) {
    const [x, y] = [left + (position % cols) * CELL, top + Math.floor(position / cols) * CELL];
    parts.push(cell(x, y, active.has(position) ? COLORS.active : 'none'));
    const slot = slots.get(position);
    if (slot !== undefined)
      parts.push(text(String(slot), x + CELL / 2, y + 15, {anchor: 'middle', size: 12, fill: '#fff'}));
  }
  const x = 300;
  parts.push(
    text('What is held', x, 22),
    row('values', colIdx.length, x, top, COLORS.active, (k) => `w${k}`),
    row('columns', colIdx.length, x, top + 44, COLORS.line, (k) => String(colIdx[k])),
    row('rows begin', rowPtr.length, x, top + 88, COLORS.line, (k) => String(rowPtr[k])),
  );
  return svg(600, 190, 'A sparse kernel, and the three short lists that store it', parts);
}

/** An update: the weakest connections go, others grow, and their number stays. */
function update(): string {
  const before = [1, 3, 7, 8, 12, 16, 17, 23];
  const dropped = [3, 12, 17];
  const grown = [5, 10, 21];
  const kept = before.filter((position) => !dropped.includes(position));
  const panels: [title: string, under: string, colors: ReadonlyMap<number, string>][] = [
    ['1  Train ΔT steps', '8 connections', fill([before, COLORS.active])],
    ['2  Drop the weakest', '3 of 8: P = 0.375', fill([kept, COLORS.active], [dropped, COLORS.dropped])],
    ['3  Grow as many others', 'they start at 0', fill([kept, COLORS.active], [grown, COLORS.grown])],
  ];
  const parts = panels.flatMap(([title, under, colors], i) => {
    const left = 20 + i * 200;
    const cells = Array.from({length: 24}, (_, position) =>
      cell(left + (position % 6) * CELL, 40 + Math.floor(position / 6) * CELL, colors.get(position) ?? 'none'),
    );
    return [text(title, left, 24), ...cells, text(under, left, 152, {size: 13})];
  });
  return svg(600, 170, 'An update drops the weakest connections and grows as many others', parts);
}

/** R_s over a training of the paper's MLP, for three update intervals, as the planner computes it. */
function exploration(): string {
  const steps = 78_200;
  const layers = [
    {name: 'fc1', shape: [3072, 1024]},
    {name: 'fc2', shape: [1024, 512]},
    {name: 'fc3', shape: [512, 10]},
  ];
  const [left, right, top, bottom] = [56, 470, 40, 230];
  const x = (step: number) => round(left + (step / steps) * (right - left));
  const y = (rate: number) => round(bottom - rate * (bottom - top));
  const curve = (updateInterval: number, color: string) => {
    const {history, rate} = predictExploration({
      layers,
      density: 0.05,
      updateInterval,
      dropFraction: cosineDecay(0.5, steps),
      steps,
      grower: randomGrowth(),
    });
    const every = Math.ceil(history.length / 60);
    const path = history
      .filter((_, i) => i % every === 0)
      .map((point, i) => (i === 0 ? `M${x(point.step)} ${y(point.rate)}` : `H${x(point.step)}V${y(point.rate)}`))
      .join('');
    const label = text(`ΔT = ${updateInterval}: ${rate.toFixed(2)}`, right + 8, y(rate) + 5, {size: 13, fill: color});
    return `<path d="${path}H${x(steps)}" fill="none" stroke="${color}" stroke-width="2" />${label}`;
  };
  const levels = [0, 0.25, 0.5, 0.75, 1].map(
    (rate) =>
      `<line x1="${left}" x2="${right}" y1="${y(rate)}" y2="${y(rate)}" stroke="${COLORS.line}" stroke-opacity="0.35" />` +
      text(rate.toFixed(2), left - 8, y(rate) + 4, {anchor: 'end', size: 12}),
  );
  return svg(600, 270, 'R_s grows with the number of updates', [
    text('Explored share R_s: MLP 3072-1024-512-10 at density 0.05, SET', left - 36, 20),
    ...levels,
    curve(300, COLORS.grown),
    curve(1500, COLORS.active),
    curve(4000, COLORS.dropped),
    text('0', left, bottom + 20, {size: 12}),
    text(`${steps.toLocaleString('en')} steps`, right, bottom + 20, {anchor: 'end', size: 12}),
  ]);
}

/** A training step by single ops, and fused. */
function fused(): string {
  const ops = [
    'gather',
    'matMul',
    'add',
    'relu',
    'matMul',
    'add',
    'softmax',
    'loss',
    '…',
    'matMul',
    'sum',
    'mul',
    'add',
    'assign',
  ];
  const boxes = ops.map((name, i) => box(name, 20 + (i % 7) * 80, 40 + Math.floor(i / 7) * 36, 72, 26, COLORS.line));
  const phases = ['forward', 'loss', 'backward', 'optimizer'];
  const lanes = ['thread 1', 'thread 2'].flatMap((thread, lane) => {
    const y = 168 + lane * 34;
    return [
      text(thread, 20, y + 18, {size: 12}),
      ...phases.map((name, i) =>
        name === 'loss' && lane === 1 ? '' : box(name, 92 + i * 122, y, 114, 26, COLORS.active),
      ),
    ];
  });
  return svg(600, 246, 'A step by single ops, and the fused step', [
    text('By single ops: about 100 small kernels, each with tensors of its own', 20, 24),
    ...boxes,
    text('Fused: one pass over one memory, shared by threads', 20, 150),
    ...lanes,
  ]);
}

function fill(...groups: readonly (readonly [positions: readonly number[], color: string])[]): Map<number, string> {
  return new Map(groups.flatMap(([positions, color]) => positions.map((position) => [position, color] as const)));
}

function row(
  name: string,
  count: number,
  left: number,
  top: number,
  color: string,
  label: (k: number) => string,
): string {
  const cells = Array.from({length: count}, (_, k) => {
    const x = left + 84 + k * CELL;
    return cell(x, top, 'none', color) + text(label(k), x + CELL / 2, top + 15, {anchor: 'middle', size: 11});
  });
  return text(name, left, top + 15, {size: 13}) + cells.join('');
}

function cell(x: number, y: number, fill: string, stroke: string = COLORS.line): string {
  return `<rect x="${x}" y="${y}" width="${CELL - 2}" height="${CELL - 2}" rx="3" fill="${fill}" stroke="${stroke}" stroke-opacity="0.6" />`;
}

function box(name: string, x: number, y: number, width: number, height: number, stroke: string): string {
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5" fill="none" stroke="${stroke}" />` +
    text(name, x + width / 2, y + height / 2 + 4, {anchor: 'middle', size: 12})
  );
}

function text(content: string, x: number, y: number, options: TextOptions = {}): string {
  const {anchor = 'start', size = 14, fill = COLORS.text} = options;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}" fill="${fill}">${content}</text>`;
}

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" font-family="system-ui, sans-serif" role="img">
<title>${title}</title>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [name, content] of Object.entries(figures())) {
    writeFileSync(fileURLToPath(new URL(`../docs/guide/figures/${name}`, import.meta.url)), content);
  }
}
