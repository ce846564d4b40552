import * as tf from '@tensorflow/tfjs';
import {explain} from 'itop';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {smallModel} from '../support/training.ts';

describe('explain', () => {
  let before: string;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    before = tf.getBackend();
  });
  afterEach(async () => {
    await tf.setBackend(before);
  });

  it('says that a model trains by the fused step', () => {
    expect(explain(smallModel())).toEqual({isFused: true, reason: ''});
  });

  it('says which backends have a fused step where the current one has none', async () => {
    const model = smallModel();
    // As webgl and tfjs-node are: no heap of the host, no WebGPU.
    tf.registerBackend('webgl', () => ({dispose() {}, floatPrecision: () => 32}) as never);
    await tf.setBackend('webgl');
    expect(explain(model)).toEqual({
      isFused: false,
      reason: 'the backend webgl has no fused step: wasm and cpu have it, and webgpu replays steps',
    });
  });
});
