import * as tf from '@tensorflow/tfjs';
import {ensureKernel} from './dispatch.ts';
import {type FusedActivation, kernelNames, type OutputAttrs} from './kernelNames.ts';

/** What a sparse op does to its product as it writes it, with no op of its own. */
export interface FusedOutput {
  /** `[out]`, added to every sample and pixel. @defaultValue none */
  readonly bias?: tf.Tensor1D;
  /** Applied last. @defaultValue 'linear' */
  readonly activation?: FusedActivation;
}

/** Checks what is given to an op with so many outputs. */
export function checkFused(op: string, {bias, activation}: FusedOutput, outputs: number): void {
  if (bias && (bias.rank !== 1 || bias.shape[0] !== outputs || bias.dtype !== 'float32')) {
    throw new RangeError(
      `${op}: bias must be float32 of shape [${outputs}] to match the kernel, received ${bias.dtype} of shape [${bias.shape}]. ` +
        'Pass one number per output.',
    );
  }
  if (activation !== 'linear' && activation !== 'relu') {
    throw new TypeError(
      `${op}: activation must be 'linear' or 'relu', received ${activation}. Apply others to the result.`,
    );
  }
}

/** The gradient of an output before activation and bias. */
export interface OutputGradient {
  /** Of the product. */
  readonly dz: tf.Tensor;
  /** `[out]`; present if there is a bias. */
  readonly dBias?: tf.Tensor;
}

/**
 * The gradient of a {@link FusedOutput}.
 *
 * @param dy  gradient of the output
 * @param y   the output
 */
export function outputGradient(dy: tf.Tensor, y: tf.Tensor, attrs: OutputAttrs): OutputGradient {
  const {activation = 'linear', hasBias = false} = attrs;
  if (activation === 'linear' && !hasBias) return {dz: dy};
  ensureKernel(kernelNames.outputGradient);
  const results = tf
    .engine()
    .runKernel(kernelNames.outputGradient, {dy, y}, {activation, hasBias} as unknown as tf.NamedAttrMap);
  const [first, second] = [results].flat();
  return activation === 'linear' ? {dz: dy, dBias: first} : {dz: first, dBias: second};
}

// Of the step of relu there is no gradient.
tf.registerGradient({
  kernelName: kernelNames.outputGradient,
  inputsToSave: ['y'],
  gradFunc: (ddz, [y], attrs) => {
    const {activation} = attrs as unknown as OutputAttrs;
    return {
      dy: () => {
        const sum = [ddz].flat().reduce((sum, each) => tf.add(sum, each));
        return activation === 'relu' ? tf.mul(sum, tf.step(y)) : tf.broadcastTo(sum, y.shape);
      },
      y: () => tf.zerosLike(y),
    };
  },
});
