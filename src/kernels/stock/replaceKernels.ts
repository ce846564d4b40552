import * as tf from '@tensorflow/tfjs';
import type {FastKernel} from './fastKernel.ts';

/** A stock kernel and what stands in its place. */
interface Replacement {
  readonly stock: tf.KernelConfig;
  readonly fast: tf.KernelConfig;
  /** How many calls that replaced it were not taken back. */
  uses: number;
}

const replacements = new Map<FastKernel, Replacement>();

/**
 * Puts fast kernels in the place of the stock ones; a kernel that was replaced already is only counted.
 *
 * @returns takes the call back; a stock kernel comes back with the last of its calls, in any order
 */
export function replaceKernels(kernels: readonly FastKernel[]): () => void {
  const replaced = kernels.filter(replace);
  let isInUse = true;
  return () => {
    if (isInUse) replaced.forEach(restore);
    isInUse = false;
  };
}

/** @returns false if there is nothing to replace */
function replace(kernel: FastKernel): boolean {
  const known = replacements.get(kernel);
  if (known) {
    known.uses++;
    return true;
  }
  const stock = tf.getKernel(kernel.kernelName, kernel.backendName);
  // A backend that is not imported has no kernels.
  if (stock == null) return false;
  const fast: tf.KernelConfig = {...stock, kernelFunc: (call) => kernel.run(call) ?? stock.kernelFunc(call)};
  register(fast);
  replacements.set(kernel, {stock, fast, uses: 1});
  return true;
}

function restore(kernel: FastKernel): void {
  const replacement = replacements.get(kernel)!;
  replacement.uses--;
  if (replacement.uses > 0) return;
  replacements.delete(kernel);
  const {stock, fast} = replacement;
  // What somebody else registered in the meantime stays.
  if (tf.getKernel(fast.kernelName, fast.backendName) === fast) register(stock);
}

/** Registers a kernel in the place of the one that is there; registered over it, tfjs would warn. */
function register(kernel: tf.KernelConfig): void {
  tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}
