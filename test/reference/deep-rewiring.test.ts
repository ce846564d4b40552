import * as tf from '@tensorflow/tfjs';
import {DSTScheduler, deepRewiring, maskedDense, signPruning} from 'itop';
import {expect, it} from 'vitest';
import {Topology} from '../../src/topology/topology.ts';
import {toDense} from '../support/layer.ts';
import {describeReference, readReference} from '../support/reference.ts';

interface Case {
  name: string;
  variant: 'soft' | 'deepr';
  shape: [number, number];
  lr: number;
  l1: number;
  temperature: number;
  num_connections: number;
  sign: number[];
  theta: number[];
  weight: number[];
  grad_weight: number[];
  noise: number[];
  theta_after_deletion: number[];
  mask_after_deletion: number[];
  num_reconnect: number;
  candidates: number[];
}

describeReference('Deep Rewiring by its formula', () => {
  const cases = readReference<Case[]>('deep-rewiring').filter(({variant}) => variant === 'deepr');

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
