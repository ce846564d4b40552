import {expect, it} from 'vitest';
import {paperNetwork} from '../../../examples/paper/paperNetwork.ts';

it('starts a network by the rule asked for, the same weights for the same seed', async () => {
  const firstKernel = async (initialization: 'he' | 'pytorch', seed: number) => {
    const model = paperNetwork({network: 'LeNet-300-100', initialization, seed});
    const kernel = (await model.getWeights()[0].data()) as Float32Array;
    model.dispose();
    return kernel;
  };
  const variance = (kernel: Float32Array) => kernel.reduce((sum, weight) => sum + weight ** 2, 0) / kernel.length;
  const [he, pytorch] = await Promise.all([firstKernel('he', 3), firstKernel('pytorch', 3)]);
  // tfjs cuts He's normal distribution off at two deviations, which leaves 0.774 of its variance.
  expect(variance(he) * 784).toBeCloseTo(2 * 0.774, 1);
  expect(variance(pytorch) * 784).toBeCloseTo(1 / 3, 2);
  expect(pytorch.every((weight) => Math.abs(weight) <= Math.fround(1 / 28))).toBe(true);
  expect(await firstKernel('pytorch', 3)).toEqual(pytorch);
  expect(await firstKernel('pytorch', 4)).not.toEqual(pytorch);
});
