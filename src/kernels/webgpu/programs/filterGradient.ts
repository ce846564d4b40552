import type {GpuProgram} from '../gpu.ts';

/** Rows and columns of the gradient that a workgroup computes. */
export const TILE = 32;
/** Threads of a workgroup in x and y; each has 4 rows by 4 columns. */
export const TILE_THREADS = [8, 8] as const;
/** Pixels that a workgroup reads at a time. */
export const DEPTH = 16;

/** Sizes of the images, and how the filter moves over them. */
export const IMAGE_UNIFORMS = [
  'channels',
  'height',
  'width',
  'outHeight',
  'outWidth',
  'strideY',
  'strideX',
  'padY',
  'padX',
] as const;

/**
 * The gradient of a convolution's filter at all positions, as the product of two matrices over the output's pixels, or over the part of them that a
 * split has: `[splits, rows, columns]`.
 *
 * A row is an input channel at one place of the filter, a column an output channel. The matrix of the inputs is never made: what a thread
 * reads of it lies at one distance from each pixel's window.
 */
export const filterGradient: GpuProgram = {
  name: 'filterGradient',
  inputs: {x: 1, dy: 1},
  output: 1,
  uniforms: [
    'rows',
    'columns',
    'pixels',
    'rowTiles',
    'columnTiles',
    'splits',
    'splitSteps',
    'kernelWidth',
    'dilationY',
    'dilationX',
    ...IMAGE_UNIFORMS,
  ],
  code: `
    var<workgroup> xTile : array<array<f32, ${TILE}>, ${DEPTH}>;
    var<workgroup> dyTile : array<array<f32, ${TILE}>, ${DEPTH}>;

    fn main() {
      let group = groupIndex();
      let tiles = uniforms.rowTiles * uniforms.columnTiles;
      let split = group / tiles;
      let tile = group - split * tiles;
      let rowTile = tile / uniforms.columnTiles;
      let firstRow = rowTile * ${TILE};
      let firstColumn = (tile - rowTile * uniforms.columnTiles) * ${TILE};

      // What this thread reads: a row and a column, of every second pixel.
      let lane = i32(localIndex) % ${TILE};
      let row = firstRow + lane;
      let column = firstColumn + lane;
      let place = row / uniforms.channels;
      let channel = row - place * uniforms.channels;
      let placeY = place / uniforms.kernelWidth;
      let fromY = placeY * uniforms.dilationY - uniforms.padY;
      let fromX = (place - placeY * uniforms.kernelWidth) * uniforms.dilationX - uniforms.padX;

      var sums : array<vec4<f32>, 4>;
      let begin = split * uniforms.splitSteps * ${DEPTH};
      for (var step = 0; step < uniforms.splitSteps; step++) {
        for (var k = i32(localIndex) / ${TILE}; k < ${DEPTH}; k += ${(TILE_THREADS[0] * TILE_THREADS[1]) / TILE}) {
          let pixel = begin + step * ${DEPTH} + k;
          var input = 0.0;
          var gradient = 0.0;
          if (pixel < uniforms.pixels) {
            let line = pixel / uniforms.outWidth;
            let sample = line / uniforms.outHeight;
            let y = (line - sample * uniforms.outHeight) * uniforms.strideY + fromY;
            let x0 = (pixel - line * uniforms.outWidth) * uniforms.strideX + fromX;
            if (row < uniforms.rows && y >= 0 && y < uniforms.height && x0 >= 0 && x0 < uniforms.width) {
              input = x[((sample * uniforms.height + y) * uniforms.width + x0) * uniforms.channels + channel];
            }
            if (column < uniforms.columns) {
              gradient = dy[pixel * uniforms.columns + column];
            }
          }
          xTile[k][lane] = input;
          dyTile[k][lane] = gradient;
        }
        workgroupBarrier();
        for (var k = 0; k < ${DEPTH}; k++) {
          let at = 4 * localId.x;
          let gradients = vec4<f32>(dyTile[k][at], dyTile[k][at + 1u], dyTile[k][at + 2u], dyTile[k][at + 3u]);
          for (var i = 0u; i < 4u; i++) {
            sums[i] += xTile[k][4 * localId.y + i] * gradients;
          }
        }
        workgroupBarrier();
      }
      for (var i = 0; i < 4; i++) {
        for (var j = 0; j < 4; j++) {
          let ownRow = firstRow + 4 * i32(localId.y) + i;
          let ownColumn = firstColumn + 4 * i32(localId.x) + j;
          if (split < uniforms.splits && ownRow < uniforms.rows && ownColumn < uniforms.columns) {
            result[(split * uniforms.rows + ownRow) * uniforms.columns + ownColumn] = sums[i][j];
          }
        }
      }
    }`,
};
