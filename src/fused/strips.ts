import {NO_BORDER} from './images.ts';
import {
  type Buffer,
  type NormalizationStep,
  type Plan,
  type PlanStep,
  type PoolStep,
  type ProductStep,
  productsOf,
  type RelayoutStep,
  type SumStep,
} from './plan.ts';

/** Floats in a vector of the loops. */
const LANES = 4;

/** Strips that an image is cut into so that these few samples fill a vector; 1 where they do without. */
export function stripsFor(samples: number): number {
  return samples === 1 || samples === 2 ? LANES / samples : 1;
}

/**
 * A plan for predictions of few samples: each image is cut into strips, one below the other, which go through the loops as samples
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
    for (const step of plan.steps) this.steps.push(this.inLayout(step));
    return {...plan, buffers, steps, strips};
  }

  /** The step on strips, or on whole images, after what brings its inputs into this form. */
  private inLayout(step: PlanStep): PlanStep {
    switch (step.kind) {
      case 'product':
        if (this.fits(step)) return this.onStrips(step);
        return this.isImage(step) ? this.onOverlappingStrips(step) : this.onWhole(step);
      case 'pool':
        return this.isSplit(step.input) && this.fits(step) ? this.onStrips(step) : this.onWhole(step);
      case 'normalization':
        return this.isSplit(step.input) ? this.normalizationOnStrips(step) : step;
      case 'sum':
        return this.sum(step);
      default:
        return step;
    }
  }

  private onStrips<Step extends ProductStep | PoolStep>(step: Step): Step {
    const {window} = step;
    const input = this.input(step.input, true);
    const {border} = this.buffers[input];
    if (step.kind === 'product' && border.top + border.bottom > 0) this.steps.push({kind: 'halo', buffer: input});
    this.split(step.output);
    const [inHeight, outHeight] = [window.inHeight / this.strips, window.outHeight / this.strips];
    return {...step, input, window: {...window, inHeight, outHeight}};
  }

  private onWhole<Step extends ProductStep | PoolStep>(step: Step): Step {
    return {...step, input: this.input(step.input, false)};
  }

  /** On a copy in strips with the rows that windows see; back from there goes what is returned. */
  private onOverlappingStrips(step: ProductStep): RelayoutStep {
    const {window} = step;
    const {inHeight, kernelHeight, dilations, pad} = window;
    const whole = this.plan.buffers[step.input];
    const outHeight = Math.ceil(window.outHeight / this.strips);
    const advance = outHeight * window.strides[0];
    const height = advance - window.strides[0] + (kernelHeight - 1) * dilations[0] + 1;
    const border = {...whole.border, top: 0, bottom: 0};
    const from = this.input(step.input, false);
    const input = this.add({...whole, height, border, strips: this.strips});
    const output = this.add({
      ...this.plan.buffers[step.output],
      height: outHeight,
      border: NO_BORDER,
      strips: this.strips,
    });
    const rows = pad.top + inHeight + pad.bottom;
    this.steps.push({kind: 'relayout', input: from, output: input, top: -pad.top, rows, advance});
    const seen = {...window, inHeight: height, outHeight, pad: {...pad, top: 0, bottom: 0}};
    this.steps.push({...step, input, output, window: seen});
    return {kind: 'relayout', input: output, output: step.output, top: 0, rows: window.outHeight, advance: outHeight};
  }

  private normalizationOnStrips(step: NormalizationStep): NormalizationStep {
    this.split(step.output);
    return {...step, pixels: step.pixels / this.strips};
  }

  private sum(step: SumStep): SumStep {
    const isSplit = step.inputs.some((input) => this.isSplit(input)) && this.isSameShape(step);
    const inputs = step.inputs.map((input) => this.input(input, isSplit));
    if (isSplit) this.split(step.output);
    return {...step, inputs};
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
  private isImage({input, window: {inHeight, inWidth, outHeight}}: ProductStep | PoolStep): boolean {
    const {height, width} = this.plan.buffers[input];
    return height === inHeight && width === inWidth && outHeight > 1;
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
      copy = this.add(isSplit ? this.inStrips(whole) : whole);
      this.copies.set(buffer, copy);
      const {height: rows} = whole;
      this.steps.push({kind: 'relayout', input: buffer, output: copy, top: 0, rows, advance: rows / this.strips});
    }
    return copy;
  }

  private add(buffer: Buffer): number {
    return this.buffers.push(buffer) - 1;
  }
}
