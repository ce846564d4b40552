/**
 * One axis of the images of a product: which source pixel, as it is staged, meets which output pixel.
 *
 * Output pixels are computed in `phases` interleaved sets of `count`: position `q` of phase `f` is the pixel
 * `q · phases + f`, and connection `tap` gives it the staged source pixel `q · step + offset`.
 */
export interface Axis {
  /** Extent of the output. */
  readonly output: number;
  readonly phases: number;
  readonly count: number;
  readonly step: number;
  /** Extent of the source. */
  readonly source: number;
  /** Extent of the staged source: what is read of the image, and zeros around it. */
  readonly staged: number;
  /** Staged pixels before the first of the source; negative if the first ones are not read. */
  readonly before: number;
  /** For each row or column of the kernel, the phase that it contributes to, and its offset. */
  readonly taps: readonly {readonly phase: number; readonly offset: number}[];
}

/** One axis of a convolution, in pixels. */
export interface ConvAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the input. */
  readonly pad: number;
}

/** From the input to the output: `in = out · stride + tap · dilation − pad`. */
export function forwardAxis({input, output, kernel, stride, dilation, pad}: ConvAxis): Axis {
  return {
    output,
    phases: 1,
    count: output,
    step: stride,
    source: input,
    staged: (output - 1) * stride + (kernel - 1) * dilation + 1,
    before: pad,
    taps: Array.from({length: kernel}, (_, tap) => ({phase: 0, offset: tap * dilation})),
  };
}

/**
 * From the output's gradient to the input's: `out = (in + pad − tap · dilation) / stride`, where that is whole. It is for
 * every `stride`-th input pixel: such pixels are a phase, to which the tap contributes with an offset that is the same for all.
 */
export function backwardAxis({input, output, kernel, stride, dilation, pad}: ConvAxis): Axis {
  const taps = Array.from({length: kernel}, (_, tap) => {
    const distance = tap * dilation - pad;
    const phase = ((distance % stride) + stride) % stride;
    return {phase, offset: (phase - distance) / stride};
  });
  const offsets = taps.map(({offset}) => offset);
  const before = -Math.min(...offsets);
  const count = Math.ceil(input / stride);
  return {
    output: input,
    phases: stride,
    count,
    step: 1,
    source: output,
    staged: count + Math.max(...offsets) + before,
    before,
    taps: taps.map(({phase, offset}) => ({phase, offset: offset + before})),
  };
}
