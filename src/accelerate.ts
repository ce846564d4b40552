/**
 * Faster stock kernels for TensorFlow.js, with equal results; useful with and without sparse models.
 *
 * @module itop/accelerate
 */

export {accelerateTfjs} from './kernels/stock/accelerateTfjs.ts';
