import * as tf from '@tensorflow/tfjs';
import {afterEach, beforeEach, expect} from 'vitest';

/** Has every test of the current `describe` leave as many tensors as it found. */
export function expectNoLeaks(): void {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors, 'tensors after the test').toBe(before);
  });
}
