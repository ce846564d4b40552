import * as tf from '@tensorflow/tfjs';
import {maskedConv2d, maskedDense, sparseWeights} from 'itop';
import {afterEach, expect, test, vi} from 'vitest';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {installFusedStep} from '../../src/fused/install.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {someData} from '../support/training.ts';

const networks: readonly [string, () => tf.LayersModel][] = [
  [
    'a fully connected network',
    () =>
      tf.sequential({
        layers: [
          maskedDense({units: 16, density: 0.3, activation: 'relu', inputShape: [12], seed: 1}),
          maskedDense({units: 9, density: 0.3, activation: 'sigmoid', seed: 2}),
          maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 3}),
        ],
      }),
  ],
  [
    'a convolutional network',
    () =>
      tf.sequential({
        layers: [
          tf.layers.reshape({targetShape: [4, 3, 1], inputShape: [12]}),
          maskedConv2d({filters: 5, kernelSize: 3, padding: 'same', density: 0.3, activation: 'relu', seed: 1}),
          maskedConv2d({filters: 4, kernelSize: 2, strides: 2, padding: 'same', density: 0.5, seed: 2}),
          tf.layers.batchNormalization(),
          tf.layers.flatten(),
          maskedDense({units: 4, density: 0.5, activation: 'softmax', seed: 3}),
        ],
      }),
  ],
];

describeBackends('gradients at all positions', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    installFusedStep();
  });

  const cases = networks.flatMap(([name, build]) => [1, 2, 37].map((samples) => [name, samples, build] as const));

  test.each(cases)('of %s and %i samples are recorded in the fused step as by ops', async (_, samples, build) => {
    const record = async (isFused: boolean) => {
      const restore = installFusedStep();
      if (!isFused) restore();
      const fusedSteps = vi.spyOn(FusedModel.prototype as unknown as {step(): void}, 'step');
      const {x, y} = someData(samples);
      const model = build();
      const optimizer = tf.train.momentum(0.05, 0.9);
      model.compile({optimizer, loss: 'categoricalCrossentropy'});
      await model.trainOnBatch(x, y);
      const probes = sparseWeights(model).map(({weight}) => weight.probe);
      for (const probe of probes) probe.arm();
      await model.trainOnBatch(x, y);
      expect(fusedSteps).toHaveBeenCalledTimes(isFused ? 2 : 0);
      fusedSteps.mockRestore();
      const gradients: number[][] = [];
      for (const probe of probes) {
        const {size, block} = await probe.read();
        gradients.push([...block(0, size)], [...(await probe.readActive())]);
        probe.disarm();
      }
      tf.dispose([x, y]);
      model.dispose();
      disposeOptimizer(optimizer);
      return gradients;
    };
    const [fused, byOps] = [await record(true), await record(false)];
    for (const [i, gradient] of fused.entries()) {
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-3);
      expectClose(gradient, byOps[i], 1e-5);
    }
  });
}, ['cpu', 'wasm']);
