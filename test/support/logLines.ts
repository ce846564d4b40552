import type {EpochLine, PicturesLine, StartLine, UpdateLine} from '../../src/log/runLines.ts';

/** Lines of the log of a network 2-3 with one sparse layer, whole but for what tests give. */
export const startLine = (step = 0, name = 'run'): StartLine => ({
  type: 'start',
  format: 'itop-run',
  version: 1,
  name,
  date: '2021-07-18T00:00:00.000Z',
  step,
  backend: 'cpu',
  settings: {density: 0.5, nested: {list: [1, 'two', null]}},
  imageShape: [1, 2],
  layers: [{name: 'fc', shape: [2, 3], positions: 1, nnz: 3, isSparse: true}],
  notCounted: ['lstm'],
  forward: {sparse: 6, dense: 12},
  bytes: {dense: 24, bitmask: 13, compressedRows: 24},
});

export const updateLine = (step: number): UpdateLine => ({
  type: 'update',
  step,
  seconds: step / 10,
  measures: {dropFraction: 0.3, density: 0.5, explorationRate: 0.5, survival: null},
  layers: {fc: {nnz: 3, explorationRate: 0.5}},
});

export const epochLine = (epoch: number, step: number): EpochLine => ({
  type: 'epoch',
  epoch,
  step,
  seconds: step / 10,
  metrics: {loss: 1 / epoch, acc: null},
  measures: {density: 0.5, survivalCurve: [1, 0.5]},
  flops: {forward: 10, backward: 20, denseGradient: 0, total: 30, dense: 60},
  layers: {fc: {density: 0.5, flops: 30}},
});

export const picturesLine = (step: number): PicturesLine => ({
  type: 'pictures',
  step,
  layers: [
    {
      name: 'fc',
      grid: {rows: 2, cols: 3, max: 1, cells: 'AP8A/wD/'},
      fanIn: {min: 1, width: 1, counts: [3]},
      fanOut: {min: 1, width: 1, counts: [1, 1]},
      inputs: [1, 2],
    },
  ],
});
