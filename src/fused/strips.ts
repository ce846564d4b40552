import {NO_BORDER} from './images.ts';
import {
  type Buffer,
  type NormalizationStep,
  type Plan,
  type PlanStep,
  type PoolStep,
  type ProductStep,
  productsOf,
  type SumStep,
} from './plan.ts';
import {reachesOver} from './windows.ts';

/** Floats in a vector of the loops. */
const LANES = 4;

/** Strips that an image is cut into so that these few samples fill a vector; 1 where they do without. */
export function stripsFor(samples: number): number {
  return samples === 1 || samples === 2 ? LANES / samples : 1;
}

/** The plans by which a model's samples go through the loops. */
export class PlanChoice {
  private readonly known = new Map<number, Plan>();

  /** @param whole  the plan for any number of samples */
  constructor(private readonly whole: Plan) {}

  /** The plan for so many samples, the same each time. */
  of(samples: number): Plan {
    const strips = stripsFor(samples);
    const plan = this.known.get(strips) ?? planInStrips(this.whole, strips);
    this.known.set(strips, plan);
    return plan;
  }
}

/**
 * A plan for few samples: each image is cut into strips, one below the other, which go through the loops as samples
 * do, so that vectors are full.
 *
 * The border above and below a strip holds what lies there in the strips beside it, brought there before a convolution reads it.
 * Where windows do not begin and end with strips, a convolution has strips of its own that overlap, and its output is put together.
 *
 * @returns the plan as it is where there is nothing to cut
 */
export function planInStrips(plan: Plan, strips: number): Plan {
  return strips > 1 ? new Cutter(plan, strips).cut() : plan;
}

class Cutter {
  private readonly buffers: Buffer[];
  private readonly steps: PlanStep[] = [];
  /** Of buffers that are read whole and in strips, the copy that was made. */
  private readonly copies = new Map<number, number>();

  constructor(
    private readonly plan: Plan,
    private readonly strips: number,
  ) {
    this.buffers = [...plan.buffers];
  }

  cut(): Plan {
    const {plan, strips, buffers, steps} = this;
    const products = productsOf(plan);
    if (!products.some((step) => this.isImage(step))) return plan;
    if (products.some((step) => step.input === 0 && this.fits(step))) this.split(0);
    for (const step of plan.steps) this.add(step);
    return {...plan, buffers, steps, strips};
  }

  /** Adds a step on strips, or on whole images, after what brings its inputs into this form. */
  private add(step: PlanStep): void {
    switch (step.kind) {
      case 'product':
        if (this.fits(step)) this.addOnStrips(step);
        else if (this.isImage(step)) this.addOnOverlappingStrips(step);
        else this.addOnWhole(step);
        break;
      case 'pool':
        if (this.isSplit(step.input) && this.fits(step)) this.addOnStrips(step);
        else this.addOnWhole(step);
        break;
      case 'normalization':
        this.addNormalization(step);
        break;
      case 'sum':
        this.addSum(step);
        break;
      default:
        this.steps.push(step);
    }
  }

  private addOnStrips(step: ProductStep | PoolStep): void {
    const {window} = step;
    const input = this.input(step.input, true);
    if (step.kind === 'product' && reachesOver(step)) this.steps.push({kind: 'halo', buffer: input});
    this.split(step.output);
    const [inHeight, outHeight] = [window.inHeight / this.strips, window.outHeight / this.strips];
    this.steps.push({...step, input, window: {...window, inHeight, outHeight}});
  }

  private addOnWhole(step: ProductStep | PoolStep): void {
    const input = this.input(step.input, false);
    this.steps.push({...step, input});
  }

  /** On a copy in strips with all rows that their windows see; the output is put together again. */
  private addOnOverlappingStrips(step: ProductStep): void {
    const {strips, plan, steps} = this;
    const {window, output: whole} = step;
    const {inHeight, kernelHeight, strides, dilations, pad} = window;
    const outHeight = Math.ceil(window.outHeight / strips);
    const advance = outHeight * strides[0];
    const height = advance - strides[0] + (kernelHeight - 1) * dilations[0] + 1;
    const from = this.input(step.input, false);
    const border = {...plan.buffers[step.input].border, top: 0, bottom: 0};
    const input = this.addBuffer({...plan.buffers[step.input], height, border, strips});
    const output = this.addBuffer({...plan.buffers[whole], height: outHeight, border: NO_BORDER, strips});
    const rows = pad.top + inHeight + pad.bottom;
    const seen = {...window, inHeight: height, outHeight, pad: {...pad, top: 0, bottom: 0}};
    steps.push(
      {kind: 'relayout', input: from, output: input, top: -pad.top, rows, advance},
      {...step, input, output, window: seen, isRelu: false},
      {kind: 'relayout', input: output, output: whole, top: 0, rows: window.outHeight, advance: outHeight},
    );
    // On the whole image, where whoever asks for the gradient before the activation looks for it.
    if (step.isRelu) steps.push({kind: 'activation', buffer: whole, activation: 'relu', alpha: 0});
  }

  private addNormalization(step: NormalizationStep): void {
    const isSplit = this.isSplit(step.input);
    if (isSplit) this.split(step.output);
    this.steps.push(isSplit ? {...step, pixels: step.pixels / this.strips} : step);
  }

  private addSum(step: SumStep): void {
    const isSplit = step.inputs.some((input) => this.isSplit(input)) && this.isSameShape(step);
    const inputs = step.inputs.map((input) => this.input(input, isSplit));
    if (isSplit) this.split(step.output);
    this.steps.push({...step, inputs});
  }

  private isSameShape({inputs, output}: SumStep): boolean {
    const {height, width} = this.plan.buffers[output];
    return inputs.every((input) => {
      const image = this.plan.buffers[input];
      return image.height === height && image.width === width;
    });
  }

  /**
   * True if windows of this step begin in the strip in which their output lies, and end there or in the border: as many rows of
   * the input in each strip as the windows go on for its rows of the output.
   */
  private fits(step: ProductStep | PoolStep): boolean {
    const {inHeight, outHeight, strides, kernelHeight, pad} = step.window;
    const {border} = this.plan.buffers[step.input];
    const isAligned = outHeight % this.strips === 0 && strides[0] * outHeight === inHeight;
    const isInside = step.kind === 'product' || (kernelHeight <= strides[0] && pad.top === 0);
    const rows = inHeight / this.strips;
    return this.isImage(step) && isAligned && isInside && Math.max(border.top, border.bottom) <= rows;
  }

  /** True if the output has several rows, and the input lies as the image that the windows go over. */
  private isImage(step: ProductStep | PoolStep): boolean {
    const {inHeight, inWidth, outHeight} = step.window;
    const {height, width} = this.plan.buffers[step.input];
    return height === inHeight && width === inWidth && outHeight > 1 && !this.becomesVector(step);
  }

  /** True if a strip would be a vector: the values of one may lie in another order than those of an image, and both plans use the same. */
  private becomesVector({
    window: {inWidth, outWidth, outHeight, kernelHeight, kernelWidth},
  }: ProductStep | PoolStep): boolean {
    return inWidth * outWidth * kernelHeight * kernelWidth === 1 && outHeight <= this.strips;
  }

  private isSplit(buffer: number): boolean {
    return this.buffers[buffer].strips > 1;
  }

  private split(buffer: number): void {
    this.buffers[buffer] = this.inStrips(this.plan.buffers[buffer]);
  }

  private inStrips(buffer: Buffer): Buffer {
    return {...buffer, height: buffer.height / this.strips, strips: this.strips};
  }

  /** A buffer in strips, or whole; where it lies otherwise, its copy. */
  private input(buffer: number, isSplit: boolean): number {
    if (this.isSplit(buffer) === isSplit) return buffer;
    let copy = this.copies.get(buffer);
    if (copy === undefined) {
      const whole = this.plan.buffers[buffer];
      copy = this.addBuffer(isSplit ? this.inStrips(whole) : whole);
      this.copies.set(buffer, copy);
      const {height: rows} = whole;
      this.steps.push({kind: 'relayout', input: buffer, output: copy, top: 0, rows, advance: rows / this.strips});
    }
    return copy;
  }

  private addBuffer(buffer: Buffer): number {
    return this.buffers.push(buffer) - 1;
  }
}
