import type {ConvGeometry} from '../../ops/convGeometry.ts';
import {type Block, blocksOf, widestStride} from './blocks.ts';
import type {Frame} from './frame.ts';

/** The pixels of the output of a convolution. */
export interface ConvPixels {
  /** Address of the first input row that the first one sees; bytes from there to the same of the next row, and pixel. */
  readonly input: readonly [address: number, row: number, pixel: number];
  /** Address of the first one's output; bytes to the next row, and pixel. */
  readonly output: readonly [address: number, row: number, pixel: number];
  /** Rows, and pixels in each. */
  readonly size: readonly [height: number, width: number];
}

/** The input and the output of a convolution, batch innermost, for one block of samples after the other. */
export class ConvImages {
  private readonly paddedWidth: number;
  private readonly input: number;
  private readonly output: number;
  private stride = 0;

  /** Takes the room from the frame. */
  constructor(
    private readonly frame: Frame,
    private readonly geometry: ConvGeometry,
  ) {
    const stride = widestStride(geometry.batch);
    this.paddedWidth = paddedWidth(geometry);
    this.input = frame.scratch(this.inputRows() * stride);
    this.output = frame.scratch(this.outputRows() * stride);
  }

  /** Visits the blocks of the batch; the border of the input is 0 at each. */
  forEachBlock(visit: (block: Block) => void): void {
    for (const block of blocksOf(this.geometry.batch)) {
      if (block.stride !== this.stride) {
        this.stride = block.stride;
        this.clearInput();
      }
      visit(block);
    }
  }

  /** The pixels of the output, as the loops of convolutions take them. */
  pixels({stride}: Block): ConvPixels {
    const {outHeight, outWidth, outChannels, inChannels, strides} = this.geometry;
    const [inPixel, outPixel] = [4 * inChannels * stride, 4 * outChannels * stride];
    const input = [this.input, strides[0] * this.paddedWidth * inPixel, strides[1] * inPixel] as const;
    return {input, output: [this.output, outWidth * outPixel, outPixel], size: [outHeight, outWidth]};
  }

  clearInput(): void {
    this.frame.kernels.clear(this.input, this.inputRows() * this.stride);
  }

  /** Takes a block out of `[batch, h, w, in]`; the border stays 0. */
  loadInput(source: number, {begin, count, stride}: Block): void {
    const {inHeight, inWidth, inChannels} = this.geometry;
    const rowFloats = inWidth * inChannels;
    for (let y = 0; y < inHeight; y++) {
      const from = source + 4 * (begin * inHeight + y) * rowFloats;
      this.frame.kernels.loadBlock(from, inHeight * rowFloats, count, rowFloats, this.inputRow(y), stride);
    }
  }

  /** Puts a block into `[batch, h, w, in]`, without the border. */
  storeInput(target: number, {begin, count, stride}: Block): void {
    const {inHeight, inWidth, inChannels} = this.geometry;
    const rowFloats = inWidth * inChannels;
    for (let y = 0; y < inHeight; y++) {
      const to = target + 4 * (begin * inHeight + y) * rowFloats;
      this.frame.kernels.storeBlock(this.inputRow(y), stride, count, rowFloats, to, inHeight * rowFloats);
    }
  }

  /** Takes a block out of `[batch, h', w', out]`. */
  loadOutput(source: number, {begin, count, stride}: Block): void {
    const rows = this.outputRows();
    this.frame.kernels.loadBlock(source + 4 * begin * rows, rows, count, rows, this.output, stride);
  }

  /** Puts a block into `[batch, h', w', out]`. */
  storeOutput(target: number, {begin, count, stride}: Block): void {
    const rows = this.outputRows();
    this.frame.kernels.storeBlock(this.output, stride, count, rows, target + 4 * begin * rows, rows);
  }

  private inputRow(y: number): number {
    const {inChannels, pad} = this.geometry;
    return this.input + 4 * ((y + pad.top) * this.paddedWidth + pad.left) * inChannels * this.stride;
  }

  private inputRows(): number {
    const {inHeight, inChannels, pad} = this.geometry;
    return (inHeight + pad.top + pad.bottom) * this.paddedWidth * inChannels;
  }

  private outputRows(): number {
    const {outHeight, outWidth, outChannels} = this.geometry;
    return outHeight * outWidth * outChannels;
  }
}

/** Pixels in a row of the input with its border. */
export function paddedWidth({inWidth, pad}: ConvGeometry): number {
  return inWidth + pad.left + pad.right;
}
