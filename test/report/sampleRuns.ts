import {toBase64} from '../../src/io/base64.ts';
import {parseRunLog, type Run} from '../../src/log/parseRunLog.ts';
import type {Measures, PicturesLine, StartLine} from '../../src/log/runLines.ts';

/** What a sample run is like; everything else is the same in all. */
export interface Sample {
  readonly name: string;
  readonly layers?: StartLine['layers'];
  readonly epochs?: number;
  readonly imageShape?: readonly number[];
  /** Kept beside the measures of each epoch. */
  readonly measures?: Measures;
  /** Kept beside the measures of each update. */
  readonly ofUpdates?: Measures;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly notCounted?: readonly string[];
}

const STEPS = 20;

/** The layers of a network 6-4-2, sparse or not. */
export function sampleLayers(isSparse: boolean): StartLine['layers'] {
  return [
    {name: 'hidden', shape: [6, 4], positions: 1, nnz: isSparse ? 6 : 24, isSparse},
    {name: 'output', shape: [4, 2], positions: 1, nnz: isSparse ? 4 : 8, isSparse},
  ];
}

/** The log of a run with two updates per epoch, if it is sparse. */
export function sampleLog({name, layers = sampleLayers(true), epochs = 3, ...sample}: Sample): string {
  const sparse = layers.filter(({isSparse}) => isSparse);
  const byLayer = (measures: (layer: StartLine['layers'][number]) => Measures) =>
    Object.fromEntries(layers.map((layer) => [layer.name, measures(layer)]));
  const density = sparse.length > 0 ? 10 / 32 : 1;
  const lines: object[] = [
    {
      type: 'start',
      format: 'itop-run',
      version: 1,
      name,
      date: '2021-07-18T00:00:00.000Z',
      step: 0,
      backend: 'wasm',
      settings: sample.settings ?? {},
      imageShape: sample.imageShape ?? null,
      layers,
      notCounted: sample.notCounted ?? [],
      forward: {sparse: 20, dense: 64},
      bytes: {dense: 152, bitmask: 68, compressedRows: 152_000},
    },
  ];
  const pictures = (step: number) => {
    if (sparse.length > 0) lines.push({type: 'pictures', step, layers: sparse.map((layer) => picture(layer.name))});
  };
  pictures(0);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const step = epoch * STEPS;
    for (const at of sparse.length > 0 ? [step - STEPS / 2, step] : []) {
      const explorationRate = 0.3125 + at / 200;
      lines.push({
        type: 'update',
        step: at,
        seconds: at / 10,
        measures: {dropFraction: 0.3, dropped: 3, grown: 3, density, explorationRate, ...sample.ofUpdates},
        layers: byLayer(({nnz}) => ({dropped: 1, grown: 1, nnz, density, explorationRate})),
      });
    }
    lines.push({
      type: 'epoch',
      epoch,
      step,
      seconds: step / 10,
      metrics: {loss: 2 / epoch, acc: 0.9 - 0.1 / epoch, val_acc: 0.75 + 0.05 * (epoch % 3)},
      measures: {density, ...(sparse.length > 0 ? {explorationRate: 0.3125 + step / 200} : {}), ...sample.measures},
      flops: {forward: 1e9 * epoch, backward: 2e9 * epoch, denseGradient: 0, total: 3e9 * epoch, dense: 12e9 * epoch},
      layers: byLayer(({shape}) => ({density, flops: 1e6 * shape[0]})),
    });
    pictures(step);
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function sampleRun(sample: Sample): Run {
  return parseRunLog(sampleLog(sample));
}

/** A picture of a layer with six inputs and four outputs. */
function picture(name: string): PicturesLine['layers'][number] {
  const degrees = {min: 1, width: 1, counts: [2, 1, 3]};
  return {
    name,
    grid: {rows: 2, cols: 3, max: 0.5, cells: toBase64(Uint8Array.of(0, 255, 128, 64, 0, 255))},
    fanIn: degrees,
    fanOut: degrees,
    ...(name === 'hidden' ? {inputs: [0, 4, 2, 1, 0, 3]} : {}),
  };
}
