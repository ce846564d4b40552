import * as tf from '@tensorflow/tfjs';
import {describe, expect, test} from 'vitest';
import {releaseTopology} from '../../src/ops/topologyResources.ts';
import {seededRandom} from '../../src/topology/random.ts';
import {Topology} from '../../src/topology/topology.ts';
import {type FanKind, initialValues, type KernelInitializer} from '../../src/weights/initialValues.ts';
import {describeBackends, onCpu} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';

type Initializer = ReturnType<typeof tf.initializers.zeros>;

/** Mean, standard deviation, minimum and maximum. */
function statistics(values: ArrayLike<number>): {mean: number; deviation: number; min: number; max: number} {
  const list = Array.from(values);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  const deviation = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
  return {mean, deviation, min: Math.min(...list), max: Math.max(...list)};
}

async function valuesOf(
  initializer: Initializer,
  topology: Topology,
  kind: FanKind,
  random = seededRandom(1) as () => number,
): Promise<Float32Array> {
  const values = initialValues(initializer as unknown as KernelInitializer, topology, kind, random);
  const data = (await values.data<'float32'>()).slice();
  values.dispose();
  releaseTopology(topology);
  return data;
}

/** Always the largest number, for which a uniform initializer gives its limit. */
const upperEnd = () => 1;

const {initializers} = tf;
const scaling = (mode: 'fanIn' | 'fanOut' | 'fanAvg', distribution: 'normal' | 'uniform') =>
  initializers.varianceScaling({scale: 2, mode, distribution, seed: 1});

const elementwise: [string, Initializer][] = [
  ['zeros', initializers.zeros()],
  ['ones', initializers.ones()],
  ['constant', initializers.constant({value: -0.25})],
  ['randomUniform', initializers.randomUniform({minval: -1, maxval: 3, seed: 1})],
  ['randomNormal', initializers.randomNormal({mean: 0.5, stddev: 2, seed: 1})],
  ['truncatedNormal', initializers.truncatedNormal({mean: 1, stddev: 0.5, seed: 1})],
  ['varianceScaling of fanIn, normal', scaling('fanIn', 'normal')],
  ['varianceScaling of fanOut, normal', scaling('fanOut', 'normal')],
  ['varianceScaling of fanAvg, normal', scaling('fanAvg', 'normal')],
  ['varianceScaling of fanIn, uniform', scaling('fanIn', 'uniform')],
  ['varianceScaling of fanOut, uniform', scaling('fanOut', 'uniform')],
  ['varianceScaling of fanAvg, uniform', scaling('fanAvg', 'uniform')],
  ['glorotNormal', initializers.glorotNormal({seed: 1})],
  ['glorotUniform', initializers.glorotUniform({seed: 1})],
  ['heNormal', initializers.heNormal({seed: 1})],
  ['heUniform', initializers.heUniform({seed: 1})],
  ['leCunNormal', initializers.leCunNormal({seed: 1})],
  ['leCunUniform', initializers.leCunUniform({seed: 1})],
];

describe('initialValues', () => {
  describe.each([[[100, 200]], [[3, 3, 20, 100]]])('for a kernel of %s', (shape) => {
    const topology = Topology.random(shape, 9000, seededRandom(2));

    test.each(elementwise)('%s spreads as over a dense kernel, with dense fans', async (_, initializer) => {
      const sparse = statistics(await valuesOf(initializer, topology, 'dense'));
      const dense = tf.tidy(() => statistics(initializer.apply(shape, 'float32').dataSync()));
      // 9000 draws: the mean is known to a hundredth of the deviation, the deviation to a hundredth of itself.
      expect(Math.abs(sparse.mean - dense.mean)).toBeLessThanOrEqual(0.05 * dense.deviation + 1e-7);
      expect(Math.abs(sparse.deviation - dense.deviation)).toBeLessThanOrEqual(0.04 * dense.deviation + 1e-7);
    });

    test.each(
      elementwise.filter(([name]) => /uniform|truncated|caling|glorot|he|leCun/i.test(name)),
    )('%s has the bounds that it has over a dense kernel', async (_, initializer) => {
      const sparse = statistics(await valuesOf(initializer, topology, 'dense'));
      const dense = tf.tidy(() => statistics(initializer.apply(shape, 'float32').dataSync()));
      expect(sparse.min).toBeCloseTo(dense.min, 1);
      expect(sparse.max).toBeCloseTo(dense.max, 1);
    });

    test.each([
      ['heNormal', initializers.heNormal({}), 2, 'fanIn'],
      ['leCunUniform', initializers.leCunUniform({}), 1, 'fanIn'],
      ['varianceScaling of fanOut', scaling('fanOut', 'normal'), 2, 'fanOut'],
    ] as const)('%s with sparse fans has the variance that keeps the signal', async (_, initializer, scale, fan) => {
      // Every output has about 9000 / outputs inputs, every input channel 9000 / channels outputs; a truncated normal
      // distribution has 0.774 of the variance of the whole one.
      const shapeEnd = fan === 'fanIn' ? shape[shape.length - 1] : shape[shape.length - 2];
      const truncation = initializer.getConfig().distribution === 'normal' ? 0.774 : 1;
      const {mean, deviation} = statistics(await valuesOf(initializer, topology, 'sparse'));
      expect(Math.abs(mean)).toBeLessThan(0.05 * deviation);
      const expected = Math.sqrt((truncation * scale * shapeEnd) / 9000);
      expect(deviation / expected).toBeGreaterThan(0.95);
      expect(deviation / expected).toBeLessThan(1.1);
    });
  });

  test('counts the active inputs of each output', async () => {
    // Active inputs of the three outputs: 1, 2 and 4, by row-major position of a kernel [4, 3].
    const topology = Topology.fromMask([4, 3], [1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1]);
    const values = await valuesOf(initializers.heUniform({}), topology, 'sparse', upperEnd);
    const limits = [1, 2, 4].map((fanIn) => Math.sqrt((3 * 2) / fanIn));
    expectClose(
      values,
      Array.from(topology.colIdx, (output) => limits[output]),
    );
  });

  test('counts the active outputs of each input channel over all offsets of a convolution', async () => {
    // Kernel [2, 1, 2, 3]: rows (offset, channel) are (0, 0), (0, 1), (1, 0), (1, 1).
    const topology = Topology.fromMask([2, 1, 2, 3], [1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]);
    const values = await valuesOf(scaling('fanOut', 'uniform'), topology, 'sparse', upperEnd);
    // Channel 0 has 2 + 3 outputs, channel 1 has 1 + 0.
    const limits = [5, 5, 1, 5, 5, 5].map((fanOut) => Math.sqrt((3 * 2) / fanOut));
    expectClose(values, limits);
  });

  test('averages both fans', async () => {
    // Kernel [2, 2]: output 0 has 2 inputs, output 1 has 1; input 0 has 2 outputs, input 1 has 1.
    const topology = Topology.fromMask([2, 2], [1, 1, 1, 0]);
    const values = await valuesOf(scaling('fanAvg', 'uniform'), topology, 'sparse', upperEnd);
    const limits = [2, 1.5, 1.5].map((fan) => Math.sqrt((3 * 2) / fan));
    expectClose(values, limits);
  });

  test.each<[string, Initializer, number]>([
    ['orthogonal', initializers.orthogonal({gain: 2, seed: 3}), 20],
    ['identity', initializers.identity({gain: 3}), 16],
  ])('takes the values of %s from a dense kernel', async (_, initializer, rows) => {
    const topology = Topology.random([rows, 16], 100, seededRandom(1));
    const values = await valuesOf(initializer, topology, 'sparse');
    const dense = tf.tidy(() => initializer.apply([rows, 16], 'float32').dataSync());
    expect([...values]).toEqual(Array.from(topology.positions(), (position) => dense[position]));
  });

  test('asks an initializer of one’s own for the dense kernel', async () => {
    const shapes: number[][] = [];
    class Counting extends (initializers.zeros().constructor as new () => Initializer) {
      static className = 'Counting';

      override apply(shape: number[]): tf.Tensor {
        shapes.push(shape);
        return tf.range(0, 12).reshape(shape);
      }
    }
    const topology = Topology.fromPositions([2, 1, 2, 3], [0, 4, 5, 11]);
    expect([...(await valuesOf(new Counting(), topology, 'sparse'))]).toEqual([0, 4, 5, 11]);
    expect(shapes).toEqual([[2, 1, 2, 3]]);
  });

  test('gives other values with another seed', async () => {
    const topology = Topology.random([20, 20], 50, seededRandom(1));
    const [a, b] = [seededRandom(1), seededRandom(2)];
    expect(await valuesOf(initializers.heNormal({}), topology, 'sparse', a)).not.toEqual(
      await valuesOf(initializers.heNormal({}), topology, 'sparse', b),
    );
  });
});

describeBackends('initialValues', () => {
  const topology = Topology.random([30, 20], 60, seededRandom(4));

  test.each(elementwise)('of %s are the same as on cpu', async (_, initializer) => {
    const drawn = () =>
      initialValues(initializer as unknown as KernelInitializer, topology, 'sparse', seededRandom('a seed'));
    const [expected] = await onCpu(() => [drawn()]);
    const values = drawn();
    expect(await values.data()).toEqual(expected);
    values.dispose();
  });

  test('of another initializer leave no tensor behind', () => {
    const orthogonal = initializers.orthogonal({seed: 1}) as unknown as KernelInitializer;
    initialValues(orthogonal, topology, 'sparse', seededRandom(1)).dispose();
    releaseTopology(topology);
  });
});
