import {decodeBase64} from '../io/base64.ts';
import type {PicturesLine} from '../log/runLines.ts';
import type {Histogram} from '../log/topologyPicture.ts';
import {sizeOf} from '../topology/positions.ts';
import {sum} from '../topology/sum.ts';
import {extent} from './axis.ts';
import {bitmapAddress, toPixels} from './bitmap.ts';
import {legend, lineChart, type Series} from './charts.ts';
import {escapeHtml, figure, percent, whole} from './html.ts';
import type {ShownRun} from './runSeries.ts';

type LayerPicture = PicturesLine['layers'][number];

/** Moments of a run that are shown in its map of the inputs: the first, the last and some between. */
const MOMENTS = 4;
/** Layers that are shown at once; those between are folded away. */
const MOST_LAYERS = 4;

/** Which inputs the networks look at: the connections of each pixel, at some moments of each run. */
export function inputMaps(runs: readonly ShownRun[]): string {
  const rows = runs.flatMap((run) => {
    const shape = run.start.imageShape;
    const moments = someOf(run.pictures, MOMENTS).flatMap(({step, layers}) => {
      const inputs = layers.find(({name}) => name === run.start.layers[0]?.name)?.inputs;
      return inputs && shape && inputs.length === sizeOf(shape) ? [{step, pixels: perPixel(inputs, shape), shape}] : [];
    });
    return moments.length > 0 ? [{run, moments}] : [];
  });
  if (rows.length === 0) return '';
  const most = extent(rows.flatMap(({moments}) => moments.map(({pixels}) => extent(pixels)[1])))[1];
  const strips = rows.map(({run, moments}) => {
    const images = moments.map(({step, pixels, shape: [height, width]}) => {
      const unused = pixels.filter((connections) => connections === 0).length;
      const text = `step ${whole(step)}; ${unused} of ${pixels.length} pixels unused`;
      return image(bitmapAddress(width, height, toPixels(pixels, most)), width / height, `${run.name}, ${text}`, text);
    });
    return figure(escapeHtml(run.name), `<div class="strip">${images.join('')}</div>`);
  });
  return `<h2>What the networks look at</h2>
<p>Each square is an input pixel, its colour the number of connections from it into the first layer, the same scale for all runs.</p>
${colorKey('0', whole(most))}
<div class="pictures">${strips.join('\n')}</div>`;
}

/** The matrix and the degrees of every sparse layer, at the end of runs whose layers have the same shapes. */
export function layerPictures(runs: readonly ShownRun[]): string {
  const count = runs.find(({pictures}) => pictures.length > 0)?.pictures[0].layers.length;
  if (count === undefined) return '';
  const shown = runs.filter(
    ({pictures}) => pictures[0]?.layers.length === count && pictures.at(-1)?.layers.length === count,
  );
  if (shown.length === 0) return '';
  const layers = shown[0].pictures[0].layers.map((_, i) => layerRow(runs, shown, i));
  const folded = layers.slice(MOST_LAYERS);
  const rest =
    folded.length > 0 ? `<details><summary>${folded.length} more layers</summary>${folded.join('\n')}</details>` : '';
  return layers.slice(0, MOST_LAYERS).join('\n') + rest;
}

/** @param runs  all runs of these layers, whose first names them */
function layerRow(runs: readonly ShownRun[], shown: readonly ShownRun[], index: number): string {
  const pairs = shown.map((run) => ({run, first: run.pictures[0], last: run.pictures[run.pictures.length - 1]}));
  const of = ({layers}: PicturesLine): LayerPicture => layers[index];
  const most = Math.max(...pairs.flatMap(({first, last}) => [of(first).grid.max, of(last).grid.max]));
  const matrices = pairs.map(({run, first, last}) => {
    const moments = first === last ? [last] : [first, last];
    const images = moments.map((moment) => {
      const {rows, cols, max, cells} = of(moment).grid;
      const pixels = decodeBase64(cells)!.map((cell) => (most === 0 ? 0 : Math.round((cell * max) / most)));
      const text = `step ${whole(moment.step)}`;
      return image(bitmapAddress(cols, rows, pixels), 1, `${run.name}, ${text}`, text);
    });
    return figure(escapeHtml(run.name), `<div class="strip">${images.join('')}</div>`);
  });
  const {name} = of(pairs[0].last);
  const place = shown[0].start.layers.findIndex((layer) => layer.name === name);
  // A layer whose operations are not counted is known by its pictures only.
  const {name: title, shape} = runs[0].start.layers[place] ?? {name, shape: []};
  return `<h3>${escapeHtml(title)} <small>${escapeHtml(shape.join(' × '))}</small></h3>
${colorKey('0', `density ${percent(most)}`)}
<div class="pictures">${matrices.join('\n')}</div>
<div class="charts">
${degreeChart(
  'Active inputs of an output',
  'inputs',
  pairs.map(({run, last}) => ({run, histogram: of(last).fanIn})),
)}
${degreeChart(
  'Active outputs of an input',
  'outputs',
  pairs.map(({run, last}) => ({run, histogram: of(last).fanOut})),
)}
</div>`;
}

function degreeChart(
  caption: string,
  x: string,
  histograms: readonly {readonly run: ShownRun; readonly histogram: Histogram}[],
): string {
  const series: Series[] = histograms.map(({run: {name, color, dash}, histogram}) => ({
    name,
    color,
    dash,
    points: outline(histogram),
  }));
  const options = {
    title: caption,
    x: `active ${x}`,
    y: '% of the units',
    isStepped: true,
    fromZero: true,
    hasDots: false,
    isWhole: true,
  };
  return figure(caption, lineChart(series, options) + legend(series));
}

/** A histogram as steps: the share of the units per integer, in percent. The bar of an integer reaches half to its neighbours. */
function outline({min, width, counts}: Histogram): {x: number; y: number}[] {
  const total = sum(counts);
  const begin = min - 0.5;
  const steps = counts.map((count, bin) => ({x: begin + bin * width, y: (100 * count) / total / width}));
  return [{x: begin, y: 0}, ...steps, {x: begin + counts.length * width, y: 0}];
}

/** Adds up the channels of each pixel. */
function perPixel(inputs: readonly number[], [height, width, channels = 1]: readonly number[]): number[] {
  return Array.from({length: height * width}, (_, pixel) =>
    sum(inputs.slice(pixel * channels, (pixel + 1) * channels)),
  );
}

/** The first, the last and others as far apart as can be, at most `count`. */
function someOf<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({length: count}, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

function image(address: string, aspect: number, description: string, caption: string): string {
  return `<span class="image"><img src="${address}" alt="${escapeHtml(description)}" style="aspect-ratio: ${escapeHtml(String(aspect))}" />
<small>${escapeHtml(caption)}</small></span>`;
}

/** What the darkest and the brightest colour stand for. */
function colorKey(dark: string, bright: string): string {
  const ramp = bitmapAddress(
    256,
    1,
    Uint8Array.from({length: 256}, (_, i) => i),
  );
  return `<p class="key">${escapeHtml(dark)} <img src="${ramp}" alt="from dark to bright" /> ${escapeHtml(bright)}</p>`;
}
