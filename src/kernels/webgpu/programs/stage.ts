import type {GpuProgram} from '../gpu.ts';

/** Positions and channels that a workgroup transposes. */
export const TILE = 32;
/** Threads of a workgroup that moves a tile, each a column of it in as many steps as are left. */
export const TILE_THREADS = [TILE, 8] as const;

/**
 * Lays images out for gathering: `[batch, height, width, channels]` to `[channels, staged height, staged width, samples]`, zeros
 * around the image and after the batch.
 *
 * A workgroup takes a tile through its own memory, so that it reads neighbouring channels and writes neighbouring samples.
 */
export const stage: GpuProgram = {
  name: 'stage',
  inputs: {source: 1},
  output: 1,
  uniforms: [
    'batch',
    'sourceHeight',
    'sourceWidth',
    'channels',
    'stagedWidth',
    'samples',
    'positions',
    'beforeY',
    'beforeX',
    'channelTiles',
  ],
  code: `
    var<workgroup> tile : array<array<f32, ${TILE + 1}>, ${TILE}>;

    fn sourceAt(position : i32, channel : i32) -> f32 {
      let pixel = position / uniforms.samples;
      let sample = position - pixel * uniforms.samples;
      let row = pixel / uniforms.stagedWidth;
      let y = row - uniforms.beforeY;
      let x = pixel - row * uniforms.stagedWidth - uniforms.beforeX;
      if (position >= uniforms.positions || channel >= uniforms.channels || sample >= uniforms.batch
          || y < 0 || y >= uniforms.sourceHeight || x < 0 || x >= uniforms.sourceWidth) {
        return 0.0;
      }
      let at = (sample * uniforms.sourceHeight + y) * uniforms.sourceWidth + x;
      return source[at * uniforms.channels + channel];
    }

    fn main() {
      let group = groupIndex();
      let firstChannel = group % uniforms.channelTiles * ${TILE};
      let firstPosition = group / uniforms.channelTiles * ${TILE};
      let column = i32(localId.x);
      for (var row = i32(localId.y); row < ${TILE}; row += ${TILE_THREADS[1]}) {
        tile[row][column] = sourceAt(firstPosition + row, firstChannel + column);
      }
      workgroupBarrier();
      for (var row = i32(localId.y); row < ${TILE}; row += ${TILE_THREADS[1]}) {
        let channel = firstChannel + row;
        let position = firstPosition + column;
        if (channel < uniforms.channels && position < uniforms.positions) {
          result[channel * uniforms.positions + position] = tile[column][row];
        }
      }
    }`,
};
