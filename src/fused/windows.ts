import type {ProductStep} from './plan.ts';

/** True if input and output are one pixel; around an image of one pixel there may be zeros. */
export function isVector({window}: ProductStep): boolean {
  const {inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, pad} = window;
  const isPadded = pad.top + pad.bottom + pad.left + pad.right > 0;
  return !isPadded && inHeight * inWidth * outHeight * outWidth * kernelHeight * kernelWidth === 1;
}

/** True if each pixel of the input goes to one of the output. */
export function isPointwise({window: {kernelHeight, kernelWidth, strides}}: ProductStep): boolean {
  return kernelHeight * kernelWidth * strides[0] * strides[1] === 1;
}

/** True if windows reach over the upper or lower edge of their image: of one in strips, into those beside it. */
export function reachesOver({window: {pad}}: ProductStep): boolean {
  return pad.top + pad.bottom > 0;
}

/** Where the gradient of an input lies that gathers what the pixels of the output's gradient around it give. */
export interface Gathering {
  /** The output's gradient with its border: pixels in a column and in a row. */
  readonly height: number;
  readonly width: number;
  /** Rows of it that a pixel of the input sees. */
  readonly reach: number;
  /** Pixels of the border above and before the gradient. */
  readonly top: number;
  readonly left: number;
}

/** None for a window of one pixel, one that goes several steps at a time, and one that may lie in the padding as a whole. */
export function gatheringOf({window}: ProductStep): Gathering | undefined {
  const {inHeight, inWidth, kernelHeight, kernelWidth, strides, dilations, pad} = window;
  const [beyondY, beyondX] = [(kernelHeight - 1) * dilations[0], (kernelWidth - 1) * dilations[1]];
  const isInside = Math.max(pad.top, pad.bottom) <= beyondY && Math.max(pad.left, pad.right) <= beyondX;
  if (kernelHeight * kernelWidth === 1 || strides[0] * strides[1] > 1 || !isInside) return undefined;
  return {
    height: inHeight + beyondY,
    width: inWidth + beyondX,
    reach: beyondY + 1,
    top: beyondY - pad.top,
    left: beyondX - pad.left,
  };
}

/** Rows of samples of the output's gradient with its border, if the input's is gathered from it. */
export function gatheredRows(step: ProductStep): number {
  const gathering = step.dense ? undefined : gatheringOf(step);
  return gathering ? gathering.height * gathering.width * step.window.outChannels : 0;
}
