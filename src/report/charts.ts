import * as Plot from '@observablehq/plot';
import {parseHTML} from 'linkedom';
import {axisLabel, evenTicks, extent, horizontalTicks} from './axis.ts';
import {escapeHtml, whole, withPrefix} from './html.ts';
import {shortLabels} from './shortLabels.ts';

/** Where the elements are made, in Node and in pages alike. */
const host = {document: parseHTML('<html></html>').document as unknown as Document};

/** More points than a line of this width can show are thinned out. */
const MOST_POINTS = 400;
/** Up to so many points each have a dot that tells its values. */
const MOST_DOTS = 60;

/** More rows than this are drawn small. */
const MOST_LARGE_ROWS = 20;

/** Dashes of the lines, so that colour is not all that tells them apart. */
export const DASHES = ['none', '7 4', '2 4', '9 3 2 3', '12 4', '4 2', '1 3', '9 3 2 3 2 3'];

/** Symbols of dots by their names in Plot, as they stand in a key; more runs than there are colours have the next one. */
export const SYMBOLS = {
  circle: '<circle cx="6" cy="6" r="4" />',
  square2: '<path d="M2,2h8v8h-8Z" />',
  triangle2: '<path d="M6,1L10.5,9.5H1.5Z" />',
  diamond2: '<path d="M6,0.5L11,6L6,11.5L1,6Z" />',
} as const;
export type SymbolName = keyof typeof SYMBOLS;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line of a chart. */
export interface Series {
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
  /** Of {@link DASHES}. */
  readonly dash: string;
  readonly points: readonly Point[];
  /** Drawn finer than others. */
  readonly isFaint?: boolean;
}

export interface LineChartOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** True if values hold until the next. */
  readonly isStepped?: boolean;
  /** True if the axis begins at 0. */
  readonly fromZero?: boolean;
  /** True if the x axis is of whole numbers, though lines go on between them. @defaultValue if all values of x are whole */
  readonly isWhole?: boolean;
  /** Axes on which equal distances are equal factors; what is not above 0 has no place on them. @defaultValue none */
  readonly logarithmic?: 'x' | 'y';
  /** False to leave the points of short lines without dots. @defaultValue true */
  readonly hasDots?: boolean;
}

/** Lines as SVG; nothing if none has a point. */
export function lineChart(series: readonly Series[], options: LineChartOptions): string {
  const {title, x, y, isStepped = false, fromZero = false, logarithmic, hasDots = true} = options;
  const shown = series
    .map((line) => ({...line, points: thinned(line.points.filter((point) => !logarithmic || point[logarithmic] > 0))}))
    .filter(({points}) => points.length > 0);
  if (shown.length === 0) return '';
  const yTicks = logarithmic === 'y' ? logTicks(valuesOf(shown, 'y')) : 6;
  const xs = valuesOf(shown, 'x');
  const [least, most] = extent(xs);
  const {isWhole = xs.every(Number.isInteger)} = options;
  return draw({
    ariaLabel: title,
    ...frame,
    x: {
      label: x,
      type: logarithmic === 'x' ? 'log' : 'linear',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: logarithmic === 'x' ? logTicksWithin(xs) : horizontalTicks(least, most, isWhole),
      tickFormat: axisTick,
    },
    y: {
      label: y,
      type: logarithmic === 'y' ? 'log' : 'linear',
      labelArrow: 'none',
      nice: true,
      ticks: yTicks,
      tickFormat: axisTick,
      zero: logarithmic !== 'y' && (fromZero || isConstant(shown)),
    },
    marks: [
      Plot.gridY({ticks: yTicks}),
      ...shown.map(({points, color, dash, isFaint}) =>
        Plot.line(points as Point[], {
          x: 'x',
          y: 'y',
          curve: isStepped ? 'step-after' : 'linear',
          stroke: color,
          strokeWidth: isFaint ? 1.2 : 2.2,
          strokeDasharray: dash,
        }),
      ),
      ...shown
        .filter(({points}) => hasDots && points.length <= MOST_DOTS)
        .map(({name, points, color}) =>
          Plot.dot(points as Point[], {
            x: 'x',
            y: 'y',
            r: points.length === 1 ? 4 : 2.4,
            fill: color,
            title: (point: Point) => `${name}\n${x} ${place(point.x)}\n${tick(point.y)} ${y}`.trimEnd(),
          }),
        ),
    ],
  });
}

/** A dot of a {@link dotChart}. */
export interface Dot {
  /** The row. */
  readonly label: string;
  readonly value: number;
  readonly name: string;
  readonly color: string;
  readonly symbol: SymbolName;
}

/**
 * Values by row, the first row on top, as SVG; on a logarithmic axis there is no place for what is not above 0. Nothing if there is no
 * dot.
 */
export function dotChart(
  all: readonly Dot[],
  {title, x, isLogarithmic = false}: {title: string; x: string; isLogarithmic?: boolean},
): string {
  const dots = isLogarithmic ? all.filter(({value}) => value > 0) : all;
  if (dots.length === 0) return '';
  const values = dots.map(({value}) => value);
  const labels = [...new Set(dots.map(({label}) => label))];
  const short = shortLabels(labels);
  const longest = Math.max(...[...short.values()].map(({length}) => length));
  const isDense = labels.length > MOST_LARGE_ROWS;
  const runs = [...new Set(dots.map(({name}) => name))];
  const ticks = isLogarithmic ? logTicks(values, 1) : 5;
  // Dots of equal values would hide each other: those of a row stand below each other.
  const apart = Math.min(isDense ? 2 : 4, (isDense ? 9 : 16) / runs.length);
  return draw({
    ariaLabel: title,
    ...frame,
    height: 70 + (isDense ? 17 : 24) * labels.length,
    // As wide as the letters are on a narrow screen, by reportStyle.ts.
    marginLeft: 20 + (isDense ? 8.5 : 9.6) * longest,
    ...(isDense && {className: 'many-rows'}),
    x: {
      label: x,
      type: isLogarithmic ? 'log' : 'linear',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks,
      tickFormat: axisTick,
      zero: !isLogarithmic,
      nice: true,
    },
    y: {label: null, domain: labels, padding: 0.4, tickFormat: (label: string) => short.get(label) ?? label},
    style: {...frame.style, fontSize: isDense ? '11px' : frame.style.fontSize},
    marks: [
      Plot.gridX({ticks}),
      Plot.ruleY(labels, {strokeOpacity: 0.12}),
      ...runs.map((run, i) => {
        const own = dots.filter(({name}) => name === run);
        return Plot.dot(own, {
          x: 'value',
          y: 'label',
          symbol: own[0].symbol,
          dy: apart * (i - (runs.length - 1) / 2),
          r: isDense ? 3 : 4,
          stroke: 'color',
          strokeWidth: 2,
          title: ({name, label, value}: Dot) => `${name}\n${label}\n${tick(value)}`,
        });
      }),
    ],
    color: {type: 'identity'},
  });
}

/** A key of colours and dashes, for lines. */
export function legend(series: readonly Pick<Series, 'name' | 'color' | 'dash'>[]): string {
  return key(
    series,
    34,
    ({color, dash}) => `<line x1="0" x2="34" y1="6" y2="6" stroke="${color}" stroke-dasharray="${dash}" />`,
  );
}

/** A key of colours and symbols, for dots. */
export function dotLegend(series: readonly Pick<Dot, 'name' | 'color' | 'symbol'>[]): string {
  return key(
    series,
    12,
    ({color, symbol}) => `<g fill="none" stroke="${color}" stroke-width="2">${SYMBOLS[symbol]}</g>`,
  );
}

function key<Entry extends {readonly name: string}>(
  entries: readonly Entry[],
  width: number,
  draw: (entry: Entry) => string,
): string {
  const keys = entries.map(
    (entry) =>
      `<span><svg width="${width}" height="12" aria-hidden="true">${draw(entry)}</svg>${escapeHtml(entry.name)}</span>`,
  );
  return `<div class="legend">${keys.join('')}</div>`;
}

const frame = {
  width: 460,
  height: 280,
  marginLeft: 60,
  marginBottom: 46,
  marginTop: 26,
  style: {fontSize: '13px', overflow: 'visible'},
};

/** True if there is but one value, of which an axis could show nothing else. */
function isConstant(series: readonly Series[]): boolean {
  return new Set(series.flatMap(({points}) => points.map(({y}) => y))).size === 1;
}

function valuesOf(series: readonly Series[], axis: 'x' | 'y'): number[] {
  return series.flatMap(({points}) => points.map((point) => point[axis]));
}

/** Ticks of a logarithmic axis that ends with its values; even ones where these are within a power of ten or less. */
function logTicksWithin(values: readonly number[]): number[] {
  const [least, most] = extent(values);
  const ticks = logTicks(values).filter((tick) => tick >= least && tick <= most);
  return ticks.length > 1 ? ticks : evenTicks(least, most, 3);
}

/** Powers of ten from below to above all values; twice and five times as much, too, up to some powers. */
function logTicks(values: readonly number[], most = 3): number[] {
  const [least, largest] = extent(values);
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(largest))];
  const steps = last - first > most ? [1] : [1, 2, 5];
  const ticks = Array.from({length: last - first}, (_, i) => steps.map((step) => step * 10 ** (first + i)));
  return [...ticks.flat(), 10 ** last];
}

/** A number by itself: large ones with the prefix of their thousands, so that they stay short. */
function tick(value: number): string {
  return Math.abs(value) >= 10_000 ? withPrefix(value) : String(Number(value.toPrecision(4)));
}

/** The number of a step or an epoch in whole, operations by {@link tick}. */
function place(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? whole(value) : tick(value);
}

function axisTick(value: number, _: number, ticks?: readonly number[]): string {
  return axisLabel(value, ticks);
}

function thinned(points: readonly Point[]): readonly Point[] {
  const finite = points.filter(({y}) => Number.isFinite(y));
  const every = Math.ceil(finite.length / MOST_POINTS);
  return finite.filter((_, i) => i % every === 0 || i === finite.length - 1);
}

function draw(options: Plot.PlotOptions): string {
  return Plot.plot({...options, ...host}).outerHTML;
}
