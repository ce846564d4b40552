import * as tf from '@tensorflow/tfjs';
import {afterEach, expect, test, vi} from 'vitest';
import {isKnownTfjs} from '../../src/fused/knownTfjs.ts';

afterEach(() => void vi.restoreAllMocks());

test('the version that is installed is the one that was tested', () => {
  const warn = vi.spyOn(console, 'warn');
  expect(isKnownTfjs()).toBe(true);
  expect(tf.version['tfjs-layers']).toBe('4.22.0');
  expect(warn).not.toHaveBeenCalled();
});

test('another version with the same private members is taken', () => {
  const before = tf.memory().numTensors;
  expect(isKnownTfjs('4.99.0')).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});

test('another version without one of them is left to single ops, with a warning that names it', () => {
  const {prototype} = tf.LayersModel as unknown as {prototype: {predictLoop?: unknown}};
  const {predictLoop} = prototype;
  delete prototype.predictLoop;
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  expect(isKnownTfjs('4.99.0')).toBe(false);
  prototype.predictLoop = predictLoop;
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    'itop: TensorFlow.js must have the private members of version 4.22.0 for the fused step, received version 4.99.0 without ' +
      'methods.predictLoop. Models train by single ops: slower, with the same results.',
  );
});
