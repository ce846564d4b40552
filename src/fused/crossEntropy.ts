/** The smallest probability that tfjs's losses take the logarithm of. */
export const EPSILON = 1e-7;

/** A loss of a batch, and its gradient. */
export interface CrossEntropy {
  /** Mean over the samples. */
  readonly loss: number;
  /** `[batch, classes]`: the probabilities. */
  readonly output: Float32Array;
  /** `[batch, classes]`: dL/dz. */
  readonly gradient: Float32Array;
}

/**
 * Softmax and categorical cross-entropy as tfjs computes them, in one pass instead of some twenty small ops: probabilities are
 * divided by their sum once more, clipped to [ε, 1 − ε], and those that were clipped pass no gradient.
 *
 * @param z        `[batch, classes]`, before the softmax
 * @param targets  `[batch, classes]`
 */
export function softmaxCrossEntropy(z: Float32Array, targets: ArrayLike<number>, batch: number): CrossEntropy {
  const classes = z.length / batch;
  const output = new Float32Array(z.length);
  const gradient = new Float32Array(z.length);
  let loss = 0;
  for (let begin = 0; begin < z.length; begin += classes) {
    const end = begin + classes;
    softmax(z, output, begin, end);
    // dL/dp of the probabilities, 0 where they were clipped, and Σ p · dL/dp for the two divisions by sums.
    let weighted = 0;
    for (let i = begin; i < end; i++) {
      const p = output[i];
      const clipped = Math.min(Math.max(p, EPSILON), 1 - EPSILON);
      if (targets[i] !== 0) loss -= targets[i] * Math.log(clipped);
      gradient[i] = p === clipped ? -targets[i] / p : 0;
      weighted += p * gradient[i];
    }
    for (let i = begin; i < end; i++) gradient[i] = (output[i] * (gradient[i] - weighted)) / batch;
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
