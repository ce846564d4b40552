import * as tf from '@tensorflow/tfjs';
import {DSTScheduler, deepRewiring, maskedDense, signPruning, softDeepRewiring} from 'itop';
import {expect, it} from 'vitest';
import {Topology} from '../../src/topology/topology.ts';
import {drawing} from '../support/drawing.ts';
import {toDense} from '../support/layer.ts';
import {describeReference, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  variant: 'soft' | 'deepr';
  shape: [number, number];
  lr: number;
  l1: number;
  temperature: number;
  sign: number[];
  theta: number[];
  weight: number[];
  grad_weight: number[];
  noise: number[];
}

interface HardCase extends Case {
  num_connections: number;
  theta_after_deletion: number[];
  mask_after_deletion: number[];
  num_reconnect: number;
  candidates: number[];
}

interface SoftCase extends Case {
  theta_min: number;
  theta_after: number[];
  mask_after: number[];
}

describeReference('Deep Rewiring by its formula', () => {
  const cases = readReference<HardCase[]>('deep-rewiring').filter(({variant}) => variant === 'deepr');

  it.each(cases)('$name: the same connections cross zero, as many others come', async (each) => {
    await tf.setBackend('cpu');
    const {shape, lr, l1, temperature, sign, weight: before, grad_weight, noise, theta_after_deletion} = each;
    // Flat and square to all that matters: rows are taken as inputs.
    const [inputs, units] = shape;
    const layer = maskedDense({units, inputShape: [inputs], nnz: each.num_connections, useBias: false});
    const model = tf.sequential({layers: [layer]});
    const {sparseWeight: weight} = layer;
    weight.topology = Topology.fromPositions(shape, Int32Array.from(before.flatMap((w, i) => (w !== 0 ? [i] : []))));
    const positions = [...weight.topology.positions()];
    weight.variable.assign(tf.tensor1d(positions.map((position) => before[position])));
    const optimizer = tf.train.sgd(lr);
    const deviation = Math.sqrt(2 * lr * temperature);
    const parts = deepRewiring(deviation);
    const grown: number[] = [];
    const scheduler = new DSTScheduler(model, {
      ...parts,
      optimizer,
      seed: 1,
      // The noise of the reference; it is that of θ.
      perturb: ({values}) => values.map((w, i) => w + sign[positions[i]] * deviation * noise[positions[i]]),
      grownValues(request) {
        grown.push(...request.positions);
        return parts.grownValues!(request);
      },
    });
    // The signs are those of the start, whatever the step makes of the values.
    await new Promise((resolve) => setTimeout(resolve));
    const gradient = tf.tensor2d(grad_weight, shape);
    optimizer.minimize(() => {
      const product = tf.sum(tf.mul(layer.apply(tf.eye(inputs)) as tf.Tensor, gradient));
      return tf.add(product, tf.mul(l1, tf.sum(tf.abs(weight.variable)))) as tf.Scalar;
    });
    await scheduler.step();

    const values = await weight.variable.data<'float32'>();
    expect(grown.length).toBe(each.num_reconnect);
    expect(weight.topology.nnz).toBe(each.num_connections);
    for (const position of grown) expect(each.candidates).toContain(position);
    const after = toDense(weight.topology, values);
    const kept = after.map((value, position) => (grown.includes(position) ? 0 : value));
    expect(kept.map((value) => (value === 0 ? 0 : 1))).toEqual(each.mask_after_deletion);
    kept.forEach((value, position) => {
      expect(value * sign[position]).toBeCloseTo(theta_after_deletion[position], 6);
    });
    for (const position of grown) expect(Math.abs(after[position])).toBeCloseTo(1e-12, 18);
  });

  it.each(
    readReference<SoftCase[]>('deep-rewiring').filter(({variant}) => variant === 'soft'),
  )('$name: the same walk of all connections', async ({
    shape,
    lr,
    l1,
    temperature,
    theta_min,
    sign,
    theta,
    noise,
    ...each
  }) => {
    await tf.setBackend('cpu');
    const [inputs, units] = shape;
    const deviation = Math.sqrt(2 * lr * temperature);
    const reparameterization = softDeepRewiring({noise: deviation, l1, lowest: theta_min});
    const layer = maskedDense({units, inputShape: [inputs], density: 1, useBias: false, reparameterization});
    tf.sequential({layers: [layer]});
    const {sparseWeight: weight} = layer;
    const {variable} = weight;
    const [signs, walk] = weight.perConnection.map((extra) => extra.weight.read() as tf.Variable);
    signs.assign(tf.tensor1d(sign));
    variable.assign(tf.tensor1d(theta.map((number, i) => sign[i] * number)));
    const computed = (training: boolean) => [...tf.tidy(() => weight.computed(training)).dataSync()];
    const expectNear = (ours: number[], theirs: number[]) =>
      ours.forEach((number, i) => {
        expect(number).toBeCloseTo(theirs[i], 6);
      });

    // The walk makes its step before the gradient's: none in the first call, that of the reference in the second.
    weight.random = drawing(noise.map(() => 0));
    const gradient = tf.tensor2d(each.grad_weight, shape);
    tf.train.sgd(lr).minimize(() => {
      const product = layer.call(tf.eye(inputs), {training: true});
      const [penalty] = layer.losses as (() => tf.Scalar)[];
      return tf.add(tf.sum(tf.mul(product, gradient)), penalty()) as tf.Scalar;
    });
    weight.random = drawing(noise);
    const after = computed(true);
    const values = variable.dataSync();
    expectNear(
      [...walk.dataSync()].map((number, i) => number + sign[i] * values[i]),
      each.theta_after,
    );
    expectNear(
      after,
      each.theta_after.map((number, i) => sign[i] * Math.max(number, 0)),
    );
    expect(after.map((value) => (value === 0 ? 0 : 1))).toEqual(each.mask_after);
    expect(computed(false)).toEqual(after);
  });

  it('goes by the sign that a connection began with, not by the one of its value', () => {
    const topology = Topology.dense([1, 4]);
    const values = Float32Array.of(0.5, -0.5, 0, -0.1);
    const companions = {sign: Float32Array.of(1, 1, 1, -1)};
    const dropped = signPruning().prune({
      name: '',
      topology,
      values,
      companions,
      fraction: 0,
      k: 0,
      left: 4,
      random: () => 0,
    });
    expect([...dropped]).toEqual([1, 2]);
  });
});
