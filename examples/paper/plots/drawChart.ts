import * as Plot from '@observablehq/plot';
import {parseHTML} from 'linkedom';

/** One value with its spread. */
export interface ChartPoint {
  readonly x: number | string;
  readonly mean: number;
  /** Standard deviation, drawn as a bar in both directions if above 0. */
  readonly deviation: number;
  /** Written beside the point. */
  readonly label?: string;
}

/** Points that belong together. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** False where the points have no order. @defaultValue true */
  readonly isLine?: boolean;
}

/** A level to compare with, across the whole chart. */
export interface ChartLevel {
  readonly name: string;
  readonly y: number;
}

/** One chart. */
export interface Chart {
  readonly title: string;
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  readonly series: readonly ChartSeries[];
  readonly levels?: readonly ChartLevel[];
}

/** Okabe and Ito's colours, which the colour-blind can tell apart. */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#000000'];
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye'] as const;
const LEGEND_LINE = 20;

/** Where the elements are made, in place of a browser's document. */
const host = {document: parseHTML('<html></html>').document as unknown as Document};

/** A chart as a whole SVG file, with its legend to the right. */
export function drawChart({title, x, y, series, levels = []}: Chart): string {
  const names = [...series, ...levels].map(({name}) => name);
  const colorOf = (index: number) => COLORS[index % COLORS.length];
  // With more series than colours, each round takes the symbols one further.
  const symbolOf = (index: number) => SYMBOLS[(index + Math.floor(index / COLORS.length)) % SYMBOLS.length];
  const look = (index: number) => ({stroke: colorOf(index), fill: colorOf(index), symbol: symbolOf(index)});
  const legend = names.flatMap((name, index) => {
    const place = {frameAnchor: 'top-right', dy: 8 + index * LEGEND_LINE} as const;
    const isLevel = index >= series.length;
    return [
      isLevel
        ? Plot.text(['- -'], {
            ...place,
            textAnchor: 'start',
            lineAnchor: 'middle',
            dx: 10,
            fill: colorOf(index),
            fontWeight: 'bold',
          })
        : Plot.dot([name], {...place, ...look(index), dx: 20, r: 4}),
      Plot.text([name], {...place, textAnchor: 'start', lineAnchor: 'middle', dx: 36, fontSize: 13}),
    ];
  });
  // Labels of the highest points stand above them, all others below.
  const everyPoint = series.flatMap(({points}) => points);
  const isHighest = ({x, mean}: ChartPoint) => !everyPoint.some((other) => other.x === x && other.mean > mean);
  const marks = series.flatMap(({points, isLine = true}, index) => [
    ...(isLine ? [Plot.line(points, {x: 'x', y: 'mean', stroke: colorOf(index), strokeWidth: 1.6})] : []),
    Plot.ruleX(
      points.filter(({deviation}) => deviation > 0),
      {
        x: 'x',
        y1: ({mean, deviation}: ChartPoint) => mean - deviation,
        y2: ({mean, deviation}: ChartPoint) => mean + deviation,
        stroke: colorOf(index),
        strokeWidth: 1.2,
      },
    ),
    Plot.dot(points, {x: 'x', y: 'mean', ...look(index), r: 4}),
    ...[true, false].map((isAbove) =>
      Plot.text(
        points.filter((point) => isHighest(point) === isAbove),
        {x: 'x', y: 'mean', text: 'label', dy: isAbove ? -12 : 14, fontSize: 11, fill: colorOf(index)},
      ),
    ),
  ]);
  const svg = Plot.plot({
    ariaLabel: title,
    width: 760,
    height: 380,
    marginLeft: 56,
    marginRight: 60 + 7 * Math.max(...names.map(({length}) => length)),
    marginBottom: 46,
    marginTop: 28,
    style: {fontSize: '13px', background: 'white', color: 'black', overflow: 'visible'},
    x: {inset: 34, ...x, labelAnchor: 'center', labelArrow: 'none'},
    y: {inset: 24, nice: true, ticks: 6, ...y, labelArrow: 'none'},
    marks: [
      Plot.gridY({ticks: 6}),
      Plot.frame({stroke: '#bbb'}),
      ...levels.map(({y}, i) =>
        Plot.ruleY([y], {stroke: colorOf(series.length + i), strokeDasharray: '6 4', strokeWidth: 1.4}),
      ),
      ...marks,
      ...legend,
    ],
    ...host,
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}
