import type {GpuProgram} from '../gpu.ts';
import {TILE} from './stage.ts';

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
  'rowsAt',
  'isRelu',
];

/** Programs that differ in whether there is a bias, and whether four divides the number of channels. */
interface FinishOptions {
  readonly hasBias: boolean;
  readonly isByFour: boolean;
}

/** Every {@link finishWith}. */
const programs = [true, false].flatMap((hasBias) =>
  [true, false].map((isByFour) => ({hasBias, isByFour, program: finishWith({hasBias, isByFour})})),
);

/** The program for such an output. */
export function finishFor(options: FinishOptions): GpuProgram {
  return programs.find(({hasBias, isByFour}) => hasBias === options.hasBias && isByFour === options.isByFour)!.program;
}

/**
 * Adds the partial sums of each output up, on top of a bias if there is one, and writes them as `[batch, height, width, channels]`.
 *
 * A workgroup takes a tile through its own memory: it reads neighbouring samples and writes neighbouring channels.
 */
function finishWith({hasBias, isByFour}: FinishOptions): GpuProgram {
  const four = [0, 1, 2, 3];
  const write = isByFour
    ? `result[(at + channel) / 4] = vec4<f32>(${four.map((i) => `tile[four + ${i}][one]`).join(', ')});`
    : four
        .map((i) => `if (channel + ${i} < uniforms.channels) { result[at + channel + ${i}] = tile[four + ${i}][one]; }`)
        .join('\n          ');
  return {
    name: `finish${hasBias ? 'Biased' : ''}${isByFour ? 'ByFour' : ''}`,
    inputs: {index: 'i32', partial: 4, ...(hasBias && {bias: 1})},
    output: isByFour ? 4 : 1,
    uniforms: UNIFORMS,
    code: `
    var<workgroup> tile : array<array<f32, ${TILE + 1}>, ${TILE}>;

    fn outputsAt(phase : i32, channel : i32, position : i32) -> vec4<f32> {
      if (phase >= uniforms.phases || channel >= uniforms.channels || position >= uniforms.positions) {
        return vec4<f32>();
      }
      var sum = vec4<f32>(${hasBias ? 'bias[channel]' : ''});
      let row = uniforms.rowsAt + phase * uniforms.channels + channel;
      for (var piece = index[row]; piece < index[row + 1]; piece++) {
        sum += partial[(piece * uniforms.positions + position) / 4];
      }
      return select(sum, vec4<f32>(), vec4<bool>(uniforms.isRelu == 1) & (sum < vec4<f32>()));
    }

    fn main() {
      let group = groupIndex();
      let tiles = group / uniforms.channelTiles;
      let phase = tiles / uniforms.positionTiles;
      let firstChannel = (group - tiles * uniforms.channelTiles) * ${TILE};
      let firstPosition = (tiles - phase * uniforms.positionTiles) * ${TILE};
      let four = 4 * i32(localId.x);
      let one = i32(localId.y);
      let outputs = outputsAt(phase, firstChannel + one, firstPosition + four);
      ${four.map((i) => `tile[one][four + ${i}] = outputs[${i}];`).join('\n      ')}
      workgroupBarrier();
      let channel = firstChannel + four;
      let position = firstPosition + one;
      let phaseY = phase / uniforms.phasesX;
      let phaseX = phase - phaseY * uniforms.phasesX;
      let pixel = position / uniforms.samples;
      let sample = position - pixel * uniforms.samples;
      let pixelY = pixel / uniforms.columns;
      let y = pixelY * uniforms.phasesY + phaseY;
      let x = (pixel - pixelY * uniforms.columns) * uniforms.phasesX + phaseX;
      if (phase < uniforms.phases && channel < uniforms.channels && position < uniforms.positions
          && sample < uniforms.batch && y < uniforms.outputHeight && x < uniforms.outputWidth) {
        let at = ((sample * uniforms.outputHeight + y) * uniforms.outputWidth + x) * uniforms.channels;
        ${write}
      }
    }`,
  };
}
