/** The smallest probability that tfjs's losses take the logarithm of. */
export const EPSILON = 1e-7;
/** And the largest, as float32 has it: of what is left to 1 the logarithm is taken, too. */
const LARGEST = Math.fround(1 - EPSILON);

/** A loss of a batch, and its gradient. */
export interface BatchLoss {
  /** Mean over the samples, each times its weight. */
  readonly loss: number;
  /** `[batch, features]`: the model's output. */
  readonly output: Float32Array;
  /** `[batch, features]`: dL/dz. */
  readonly gradient: Float32Array;
}

/**
 * A loss as tfjs computes it, and its gradient, by a loop instead of some twenty small ops.
 *
 * @param z        `[batch, features]`: the model's output; where it ends in a softmax, what comes before
 * @param targets  as the loss takes them
 * @param weights  `[batch]`. @defaultValue 1 for each sample
 */
export type LossLoop = (
  z: Float32Array,
  targets: ArrayLike<number>,
  batch: number,
  weights?: ArrayLike<number>,
) => BatchLoss;

/** The losses that have a loop behind a softmax, by their names in tfjs. */
export const softmaxLosses: Readonly<Record<string, LossLoop>> = {
  categoricalCrossentropy: (z, targets, batch, weights) =>
    softmaxCrossEntropy(
      z,
      batch,
      (i) => targets[i],
      (p) => p,
      weights,
    ),
  // Labels, as int32. A class that there is not has no target, and tfjs clips before it divides by the sum, too.
  sparseCategoricalCrossentropy: (z, targets, batch, weights) => {
    const classes = z.length / batch;
    const targetOf = (i: number) => Number((Math.floor(targets[Math.floor(i / classes)]) | 0) === i % classes);
    return softmaxCrossEntropy(z, batch, targetOf, clip, weights);
  },
};

/** The losses that have a loop over the output, number by number. */
export const elementwiseLosses: Readonly<Record<string, LossLoop>> = {
  meanSquaredError: elementwise(
    (y, t) => (y - t) ** 2,
    (y, t) => 2 * (y - t),
  ),
  // The slope at 0 is tfjs's.
  meanAbsoluteError: elementwise(
    (y, t) => Math.abs(y - t),
    (y, t) => (y === t ? -1 : Math.sign(y - t)),
  ),
  binaryCrossentropy: elementwise(
    (y, t) => -t * Math.log(clip(y)) - (1 - t) * Math.log(1 - clip(y)),
    (y, t) => (y === clip(y) ? (y - t) / (y * (1 - y)) : 0),
  ),
};

function elementwise(value: (y: number, t: number) => number, slope: (y: number, t: number) => number): LossLoop {
  return (z, targets, batch, weights) => {
    const features = z.length / batch;
    const gradient = new Float32Array(z.length);
    let loss = 0;
    for (let i = 0; i < z.length; i++) {
      const weight = weights ? weights[Math.floor(i / features)] : 1;
      loss += weight * value(z[i], targets[i]);
      gradient[i] = (weight * slope(z[i], targets[i])) / z.length;
    }
    return {loss: loss / z.length, output: z, gradient};
  };
}

/**
 * Softmax and cross-entropy: probabilities are divided by their sum once more and clipped, and those that were clipped pass no
 * gradient.
 *
 * @param targetOf   of the number at a place of `z`
 * @param clipFirst  applied to the probabilities before they are divided
 */
function softmaxCrossEntropy(
  z: Float32Array,
  batch: number,
  targetOf: (i: number) => number,
  clipFirst: (p: number) => number,
  weights?: ArrayLike<number>,
): BatchLoss {
  const classes = z.length / batch;
  const output = new Float32Array(z.length);
  const gradient = new Float32Array(z.length);
  let loss = 0;
  for (let sample = 0; sample < batch; sample++) {
    const begin = sample * classes;
    const end = begin + classes;
    const weight = weights ? weights[sample] : 1;
    softmax(z, output, begin, end);
    let sum = 0;
    for (let i = begin; i < end; i++) sum += clipFirst(output[i]);
    // dL/dq of the quotients, 0 where they were clipped, and Σ q · dL/dq for the division by the sum.
    let weighted = 0;
    for (let i = begin; i < end; i++) {
      const q = clipFirst(output[i]) / sum;
      const clipped = clip(q);
      const target = targetOf(i);
      if (target !== 0) loss -= weight * target * Math.log(clipped);
      gradient[i] = q === clipped ? -target / q : 0;
      weighted += q * gradient[i];
    }
    // dL/dp of the probabilities, and Σ p · dL/dp for the softmax.
    let total = 0;
    for (let i = begin; i < end; i++) {
      gradient[i] = output[i] === clipFirst(output[i]) ? (gradient[i] - weighted) / sum : 0;
      total += output[i] * gradient[i];
    }
    for (let i = begin; i < end; i++) gradient[i] = (weight * output[i] * (gradient[i] - total)) / batch;
  }
  return {loss: loss / batch, output, gradient};
}

function softmax(z: Float32Array, output: Float32Array, begin: number, end: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = begin; i < end; i++) largest = Math.max(largest, z[i]);
  let sum = 0;
  for (let i = begin; i < end; i++) {
    output[i] = Math.exp(z[i] - largest);
    sum += output[i];
  }
  for (let i = begin; i < end; i++) output[i] /= sum;
}

function clip(p: number): number {
  return Math.min(Math.max(p, EPSILON), LARGEST);
}
