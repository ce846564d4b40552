import type {GpuProgram} from '../gpu.ts';

/** Positions and channels that a workgroup transposes. */
export const TILE = 32;
/** Threads of a workgroup that moves a tile, each with four neighbouring numbers on either side. */
export const TILE_THREADS = [TILE / 4, TILE] as const;

/** For any number of channels. */
export const stage: GpuProgram = stageWith(
  'stage',
  1,
  `vec4<f32>(${[0, 1, 2, 3].map((i) => `numberAt(at, channel + ${i})`).join(', ')})`,
  `
    fn numberAt(at : i32, channel : i32) -> f32 {
      if (channel >= uniforms.channels) {
        return 0.0;
      }
      return source[at + channel];
    }`,
);

/** For numbers of channels that four divides. */
export const stageByFour: GpuProgram = stageWith('stageByFour', 4, 'source[(at + channel) / 4]');

/**
 * Lays images out for gathering: `[batch, height, width, channels]` to `[channels, staged height, staged width, samples]`, zeros
 * around the image and after the batch.
 *
 * A workgroup takes a tile through its own memory, so that it reads neighbouring channels and writes neighbouring samples.
 *
 * @param elements  of `source`
 * @param read      four channels of a pixel that begins `at`
 */
function stageWith(name: string, elements: 1 | 4, read: string, functions = ''): GpuProgram {
  return {
    name,
    inputs: {source: elements},
    output: 4,
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
    ${functions}

    fn sourceAt(position : i32, channel : i32) -> vec4<f32> {
      let pixel = position / uniforms.samples;
      let sample = position - pixel * uniforms.samples;
      let row = pixel / uniforms.stagedWidth;
      let y = row - uniforms.beforeY;
      let x = pixel - row * uniforms.stagedWidth - uniforms.beforeX;
      if (position >= uniforms.positions || channel >= uniforms.channels || sample >= uniforms.batch
          || y < 0 || y >= uniforms.sourceHeight || x < 0 || x >= uniforms.sourceWidth) {
        return vec4<f32>();
      }
      let at = ((sample * uniforms.sourceHeight + y) * uniforms.sourceWidth + x) * uniforms.channels;
      return ${read};
    }

    fn main() {
      let group = groupIndex();
      let firstChannel = group % uniforms.channelTiles * ${TILE};
      let firstPosition = group / uniforms.channelTiles * ${TILE};
      let four = 4 * i32(localId.x);
      let one = i32(localId.y);
      let numbers = sourceAt(firstPosition + one, firstChannel + four);
      ${[0, 1, 2, 3].map((i) => `tile[four + ${i}][one] = numbers[${i}];`).join('\n      ')}
      workgroupBarrier();
      let channel = firstChannel + one;
      let position = firstPosition + four;
      if (channel < uniforms.channels && position < uniforms.positions) {
        result[(channel * uniforms.positions + position) / 4] =
          vec4<f32>(${[0, 1, 2, 3].map((i) => `tile[one][four + ${i}]`).join(', ')});
      }
    }`,
  };
}
