import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense} from 'itop';
import {expect, it} from 'vitest';
import {planOf} from '../../src/fused/planner.ts';
import {sharedBuffers} from '../../src/fused/sharedBuffers.ts';

it('a chain of convolutions of one size takes two rooms in turn', async () => {
  await tf.setBackend('cpu');
  const convolution = () => maskedConv2d({filters: 2, kernelSize: 3, padding: 'same', density: 0.5, seed: 1});
  const layers = [tf.layers.inputLayer({inputShape: [4, 4, 2]}), ...Array.from({length: 5}, convolution)];
  const model = tf.sequential({
    layers: [...layers, tf.layers.flatten(), maskedDense({units: 3, density: 0.5, seed: 1})],
  });
  const plan = planOf(model);
  // Input, five convolutions of which the last has no border since a dense layer reads it, the dense layer.
  expect(sharedBuffers(plan)).toEqual([0, 1, 0, 1, 0, 5, 6]);
  model.dispose();
});

it('what a sum reads later keeps its room until then', async () => {
  await tf.setBackend('cpu');
  const dense = (seed: number) => maskedDense({units: 4, density: 0.5, seed});
  const input = tf.input({shape: [4]});
  const first = dense(1).apply(input) as tf.SymbolicTensor;
  const inner = dense(3).apply(dense(2).apply(first)) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([first, inner]) as tf.SymbolicTensor;
  const model = tf.model({inputs: input, outputs: dense(4).apply(sum) as tf.SymbolicTensor});
  const rooms = sharedBuffers(planOf(model));
  // Input, first, two inner ones, their sum with the first, output.
  expect(rooms).toEqual([0, 1, 0, 3, 0, 1]);
  model.dispose();
});
