import * as tf from '@tensorflow/tfjs';
import {maskedDense} from 'itop';
import {expect, it} from 'vitest';
import {boundedBuild} from '../../src/files/boundedBuild.ts';

it.each<[string, (error: Error) => Promise<never>]>([
  ['throws', (error) => failed(error)],
  ['is rejected', async (error) => failed(error)],
])('leaves nothing behind where building %s', async (_, fail) => {
  const [before, {numTensors}] = [methods(), tf.memory()];
  const error = new Error('no model');
  const building = boundedBuild('test', 100, () => {
    tf.sequential({layers: [tf.layers.dense({units: 3, inputShape: [4]})]});
    return fail(error);
  });
  await expect(building).rejects.toBe(error);
  expect(methods()).toEqual(before);
  expect(tf.memory().numTensors).toBe(numTensors);
});

function failed(error: Error): never {
  throw error;
}

function methods(): unknown[] {
  const {addWeight} = tf.layers.Layer.prototype as unknown as {addWeight: unknown};
  const {build} = Object.getPrototypeOf(maskedDense({units: 1, density: 1})) as tf.layers.Layer;
  return [addWeight, build];
}
