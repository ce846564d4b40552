import * as Plot from '@observablehq/plot';
import {parseHTML} from 'linkedom';
import {METHOD_NAMES} from './methods.ts';
import type {MethodResult} from './results.ts';

/** Side of an image in pixels. */
const SIDE = 28;

/** Steps of the colour scale in the pictures of connections. */
const COLOR_STEPS = 9;

/** Dashes of the lines, in the order of the methods, so that colour is not all that tells them apart. */
export const DASHES = ['none', '7 4', '2 4', '9 3 2 3'];

/** Where the elements are made, in place of a browser's document. */
const host = {document: parseHTML('<html></html>').document as unknown as Document};

/** Test accuracy after each epoch, one line per method, as SVG. */
export function accuracyChart(methods: readonly MethodResult[]): string {
  const lines = methods.map(({epochs}) => epochs.map(({epoch, testAccuracy}) => ({x: epoch, y: 100 * testAccuracy})));
  return lineChart('Test accuracy after each epoch', lines, {
    x: {label: 'epoch', ticks: wholeTicks(Math.max(...methods.map(({epochs}) => epochs.length)))},
    y: {label: 'test accuracy (%)'},
    shape: {marker: 'dot'},
  });
}

/** R_s over the optimizer steps, one line per sparse method, as SVG; the others keep their colours. */
export function explorationChart(methods: readonly MethodResult[]): string {
  const lines = methods.map(({updates, steps, explorationRate}) =>
    explorationRate === null
      ? []
      : [...updates, {step: steps, rate: explorationRate}].map(({step, rate}) => ({x: step, y: 100 * rate})),
  );
  return lineChart('Explored share of the connections, Rₛ', lines, {
    x: {label: 'optimizer step', ticks: 5, tickFormat: (step: number) => step.toLocaleString('en')},
    y: {label: 'Rₛ (%)', zero: true},
    shape: {curve: 'step-after'},
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface LineChartOptions {
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  readonly shape: Plot.LineOptions;
}

function lineChart(title: string, lines: readonly (readonly Point[])[], {x, y, shape}: LineChartOptions): string {
  return draw({
    ariaLabel: title,
    width: 460,
    height: 300,
    marginLeft: 46,
    marginBottom: 40,
    marginTop: 26,
    style: {fontSize: '13px', overflow: 'visible'},
    x: {...x, labelAnchor: 'center', labelArrow: 'none'},
    y: {...y, labelArrow: 'none', nice: true, ticks: 6},
    marks: [
      Plot.gridY({ticks: 6}),
      Plot.ruleX([0], {stroke: 'none'}),
      ...lines.map((points, series) =>
        Plot.line(points, {
          ...shape,
          x: 'x',
          y: 'y',
          stroke: `var(--series-${series})`,
          strokeWidth: 2.2,
          strokeDasharray: DASHES[series],
        }),
      ),
    ],
  });
}

/** At most about six whole numbers up to `last`. */
function wholeTicks(last: number): number[] {
  const step = Math.ceil(last / 6);
  return Array.from({length: Math.floor(last / step)}, (_, i) => (i + 1) * step);
}

/** How connection counts become colours: the same for all pictures. */
export function connectionScale(methods: readonly MethodResult[]): Plot.ScaleOptions {
  const sparse = methods.filter(({explorationRate}) => explorationRate !== null);
  const most = Math.max(1, ...(sparse.length > 0 ? sparse : methods).flatMap((method) => [...method.inputConnections]));
  return {type: 'quantize', domain: [0, most], n: Math.min(COLOR_STEPS, most + 1), scheme: 'viridis'};
}

/** A picture of how many active connections each input pixel has, as SVG. */
export function connectionPicture({method, inputConnections}: MethodResult, color: Plot.ScaleOptions): string {
  return draw({
    ariaLabel: `Connections of each input pixel, ${METHOD_NAMES[method]}`,
    width: 224,
    height: 224,
    margin: 0,
    padding: 0,
    x: {axis: null},
    y: {axis: null},
    color,
    marks: [
      Plot.cell(inputConnections, {
        x: (_, i: number) => i % SIDE,
        y: (_, i: number) => Math.floor(i / SIDE),
        fill: (connections: number) => connections,
        shapeRendering: 'crispEdges',
      }),
    ],
  });
}

/** The legend of the pictures. */
export function connectionLegend(color: Plot.ScaleOptions): string {
  return Plot.legend({
    color: {...color, label: 'active connections of an input pixel'},
    width: 320,
    tickFormat: '.0f',
    style: {fontSize: '13px'},
    ...host,
  }).outerHTML;
}

function draw(options: Plot.PlotOptions): string {
  return Plot.plot({...options, ...host}).outerHTML;
}
