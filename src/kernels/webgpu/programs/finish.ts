import type {GpuProgram} from '../gpu.ts';
import {TILE, TILE_THREADS} from './stage.ts';

const UNIFORMS = [
  'batch',
  'outputHeight',
  'outputWidth',
  'channels',
  'columns',
  'samples',
  'positions',
  'positionTiles',
  'channelTiles',
  'phases',
  'phasesY',
  'phasesX',
  'piecesAt',
  'isRelu',
];

/** Adds the partial sums of each output up and writes them as `[batch, height, width, channels]`. */
export const finish: GpuProgram = finishWith('finish', {}, '0.0');

/** As {@link finish}, on top of a bias. */
export const finishBiased: GpuProgram = finishWith('finishBiased', {bias: 1}, 'bias[channel]');

/** A workgroup takes a tile through its own memory: it reads neighbouring samples and writes neighbouring channels. */
function finishWith(name: string, inputs: {readonly bias?: 1}, start: string): GpuProgram {
  return {
    name,
    inputs: {index: 'i32', partial: 1, ...inputs},
    output: 1,
    uniforms: UNIFORMS,
    code: `
    var<workgroup> tile : array<array<f32, ${TILE + 1}>, ${TILE}>;

    fn outputAt(phase : i32, channel : i32, position : i32) -> f32 {
      if (phase >= uniforms.phases || channel >= uniforms.channels || position >= uniforms.positions) {
        return 0.0;
      }
      var sum = ${start};
      let row = uniforms.piecesAt + phase * uniforms.channels + channel;
      for (var piece = index[row]; piece < index[row + 1]; piece++) {
        sum += partial[piece * uniforms.positions + position];
      }
      if (uniforms.isRelu == 1 && sum < 0.0) {
        return 0.0;
      }
      return sum;
    }

    fn main() {
      let group = groupIndex();
      let tiles = group / uniforms.channelTiles;
      let phase = tiles / uniforms.positionTiles;
      let firstChannel = (group - tiles * uniforms.channelTiles) * ${TILE};
      let firstPosition = (tiles - phase * uniforms.positionTiles) * ${TILE};
      let column = i32(localId.x);
      for (var row = i32(localId.y); row < ${TILE}; row += ${TILE_THREADS[1]}) {
        tile[row][column] = outputAt(phase, firstChannel + row, firstPosition + column);
      }
      workgroupBarrier();
      let channel = firstChannel + column;
      let phaseY = phase / uniforms.phasesX;
      let phaseX = phase - phaseY * uniforms.phasesX;
      for (var row = i32(localId.y); row < ${TILE}; row += ${TILE_THREADS[1]}) {
        let position = firstPosition + row;
        let pixel = position / uniforms.samples;
        let sample = position - pixel * uniforms.samples;
        let pixelY = pixel / uniforms.columns;
        let y = pixelY * uniforms.phasesY + phaseY;
        let x = (pixel - pixelY * uniforms.columns) * uniforms.phasesX + phaseX;
        if (phase < uniforms.phases && channel < uniforms.channels && position < uniforms.positions
            && sample < uniforms.batch && y < uniforms.outputHeight && x < uniforms.outputWidth) {
          let at = (sample * uniforms.outputHeight + y) * uniforms.outputWidth + x;
          result[at * uniforms.channels + channel] = tile[column][row];
        }
      }
    }`,
  };
}
