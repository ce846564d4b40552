import type {FusedActivation} from '../../../src/ops/kernelNames.ts';

/**
 * y = activation(y + bias), in place.
 *
 * @param y     `[..., features]`
 * @param bias  `[features]`
 */
export function activate(y: Float32Array, bias?: Float32Array, activation: FusedActivation = 'linear'): void {
  if (bias) for (let i = 0; i < y.length; i++) y[i] += bias[i % bias.length];
  if (activation === 'relu') for (let i = 0; i < y.length; i++) y[i] = Math.max(y[i], 0);
}

/**
 * The gradient of {@link activate}.
 *
 * @param dy     `[..., features]`
 * @param y      `[..., features]`: the output
 * @param dz     `[..., features]`: gradient before bias and activation, written unless the activation is linear
 * @param dBias  `[features]`, written
 */
export function outputGradient(dy: Float32Array, y?: Float32Array, dz?: Float32Array, dBias?: Float32Array): void {
  if (dz && y) for (let i = 0; i < dy.length; i++) dz[i] = y[i] > 0 ? dy[i] : 0;
  const gradient = dz ?? dy;
  dBias?.fill(0);
  if (dBias) for (let i = 0; i < dy.length; i++) dBias[i % dBias.length] += gradient[i];
}
