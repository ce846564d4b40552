import * as tf from '@tensorflow/tfjs';
import {afterEach, expect, test} from 'vitest';
import {breakEven, prefersDense, setBreakEven} from '../../src/ops/breakEven.ts';
import {kernelNames} from '../../src/ops/kernelNames.ts';
import {sparseMatMul} from '../../src/ops/sparseMatMul.ts';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {someNumbers} from '../support/layer.ts';

const topology = Topology.random([20, 10], 120, seededRandom(1));

/** The names of the kernels that a product runs. */
async function kernelsOfProduct(): Promise<string[]> {
  const x = tf.tensor2d(someNumbers(60, 1), [3, 20]);
  const values = tf.tensor1d(someNumbers(120, 2));
  const {kernels} = await tf.profile(() => void sparseMatMul(x, values, topology).dispose());
  tf.dispose([x, values]);
  releaseTopology(topology);
  return kernels.map(({name}) => name);
}

describeBackends(
  'break-even',
  (backendName) => {
    afterEach(() => setBreakEven(backendName));

    test('a kernel above it runs as the dense op, one below it does not', async () => {
      setBreakEven(backendName, {[kernelNames.sparseMatMul]: 0.7});
      expect(await kernelsOfProduct()).not.toContain('BatchMatMul');
      setBreakEven(backendName, {[kernelNames.sparseMatMul]: 0.5});
      expect(await kernelsOfProduct()).toContain('BatchMatMul');
    });

    test('both give the same result, with bias, activation and gradients', async () => {
      const run = () => {
        const inputs = [tf.tensor2d(someNumbers(60, 1), [3, 20]), tf.tensor1d(someNumbers(120, 2)), tf.ones([10])];
        const layer = (x: tf.Tensor, v: tf.Tensor, bias: tf.Tensor) =>
          sparseMatMul(x as tf.Tensor2D, v as tf.Tensor1D, topology, {bias: bias as tf.Tensor1D, activation: 'relu'});
        return [layer(inputs[0], inputs[1], inputs[2]), ...tf.grads(layer as never)(inputs)] as tf.Tensor[];
      };
      setBreakEven(backendName, {});
      const sparse = tf.tidy(run);
      setBreakEven(backendName, Object.fromEntries(Object.values(kernelNames).map((name) => [name, 0])));
      const dense = tf.tidy(run);
      for (const [i, tensor] of sparse.entries()) expectClose(await tensor.data(), await dense[i].data());
      tf.dispose([sparse, dense]);
      releaseTopology(topology);
    });

    test('is set by kernel name, and reset to what was measured', () => {
      const measured = breakEven(backendName);
      setBreakEven(backendName, {[kernelNames.sparseConv2d]: 0.1});
      expect(breakEven(backendName)).toEqual({[kernelNames.sparseConv2d]: 0.1});
      expect(prefersDense(backendName, kernelNames.sparseConv2d, topology)).toBe(true);
      expect(prefersDense(backendName, kernelNames.sparseMatMul, topology)).toBe(false);
      setBreakEven(backendName);
      expect(breakEven(backendName)).toEqual(measured);
    });

    test('must be a density of a known kernel', () => {
      expect(() => setBreakEven(backendName, {[kernelNames.sparseMatMul]: 5})).toThrow(
        new RangeError(
          'setBreakEven: densities must be in [0, 1] by kernel name, received 5 for "ItopSparseMatMul". ' +
            'Take the names from kernelNames.',
        ),
      );
      expect(() => setBreakEven(backendName, {matMul: 0.5})).toThrow('received 0.5 for "matMul"');
    });
  },
  ['cpu', 'wasm'],
);
