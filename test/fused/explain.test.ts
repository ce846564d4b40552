import * as tf from '@tensorflow/tfjs';
import {explain, maskedConv2d, maskedDense, sparsify} from 'itop';
import {afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {models} from '../../examples/models/index.ts';
import {installFusedStep} from '../../src/fused/install.ts';
import {smallModel, smallNetwork} from '../support/training.ts';

const stock = () => tf.layers.dense({units: 4, inputShape: [12]});

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

  it.each([
    ['layers of its own', smallNetwork],
    ['layers that sparsify made', () => sparsify(tf.sequential({layers: [stock()]}), {density: 0.2})],
    [
      'layers added since it was built',
      () => {
        const model = tf.sequential({layers: [maskedDense({units: 4, density: 0.5, inputShape: [12]})]});
        model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
        model.add(maskedDense({units: 2, density: 0.5}));
        return model;
      },
    ],
  ])('says that a Sequential with %s is not compiled', (_, make) => {
    expect(explain(make())).toEqual({isFused: false, reason: 'the model is not compiled'});
  });

  it('sees that RMSProp is centered now', () => {
    const optimizer = tf.train.rmsprop(0.01);
    const model = smallModel();
    model.compile({optimizer, loss: 'meanSquaredError'});
    for (const centered of [false, true, false]) {
      Object.assign(optimizer, {centered});
      const reason = centered ? 'the optimizer is a centered RMSProp' : '';
      expect(explain(model)).toEqual({isFused: !centered, reason});
    }
  });

  it('says that this version of TensorFlow.js is left alone', () => {
    const model = smallModel();
    const {prototype} = tf.LayersModel as unknown as {prototype: {predictLoop?: unknown}};
    const [version, warn] = [tf.version['tfjs-layers'], vi.spyOn(console, 'warn').mockReturnValue()];
    installFusedStep()();
    const {predictLoop} = prototype;
    delete prototype.predictLoop;
    Object.assign(tf.version, {'tfjs-layers': '4.99.0'});
    installFusedStep();
    expect(explain(model)).toEqual({
      isFused: false,
      reason: 'TensorFlow.js 4.99.0 lacks private members that the fused step needs',
    });
    Object.assign(tf.version, {'tfjs-layers': version});
    prototype.predictLoop = predictLoop;
    installFusedStep();
    expect(explain(model).isFused).toBe(true);
    warn.mockRestore();
  });

  it('asks for a model that knows its input', () => {
    expect(() => explain(tf.sequential())).toThrow('explain: model must know its input, received "sequential');
  });

  it.each([
    'LeNet-5',
    'VGG-16-C',
    'ResNet-18',
    'WRN-22-2',
  ] as const)('finds nothing in %s that is not covered', (name) => {
    const sparse = {
      conv2d: (args: object) => maskedConv2d({...(args as Parameters<typeof maskedConv2d>[0]), density: 0.01}),
      dense: (args: object) => maskedDense({...(args as Parameters<typeof maskedDense>[0]), density: 0.01}),
    };
    const model = models[name]({layers: sparse});
    model.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    expect(explain(model)).toEqual({isFused: true, reason: ''});
    model.dispose();
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
