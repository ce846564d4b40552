import * as tf from '@tensorflow/tfjs';
import {maskedDense} from 'itop';
import {expect, test, vi} from 'vitest';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {describeBackends} from '../support/backends.ts';
import {expectClose} from '../support/close.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {watchReplays} from '../support/replays.ts';
import {someData} from '../support/training.ts';

const CLASS_WEIGHT = {0: 1, 1: 3, 2: 0.5, 3: 0};

type LayerArgs = Pick<Parameters<typeof maskedDense>[0], 'units' | 'activation'>;

/** A hidden layer and an output for each of the given heads. */
function network(heads: readonly LayerArgs[]): tf.LayersModel {
  const input = tf.input({shape: [12]});
  const hidden = maskedDense({units: 16, density: 0.4, activation: 'tanh', seed: 1}).apply(input) as tf.SymbolicTensor;
  const outputs = heads.map((head, i) =>
    maskedDense({name: `head${i}`, density: 0.5, seed: 2 + i, ...head}).apply(hidden),
  );
  return tf.model({inputs: input, outputs: outputs as tf.SymbolicTensor[]});
}

/** Fits with weights, the last batch being smaller. */
async function fitWeighted(heads: readonly LayerArgs[], loss: string, classWeight: tf.ClassWeight | tf.ClassWeight[]) {
  const {x, y} = someData(40);
  const labels = tf.tidy(() => y.argMax(1).reshape([40, 1]).toFloat());
  const targets = heads.map(() => (loss === 'sparseCategoricalCrossentropy' ? labels : y));
  const model = network(heads);
  const optimizer = tf.train.momentum(0.05, 0.9);
  model.compile({optimizer, loss, metrics: ['accuracy']});
  const {history} = await model.fit(x, targets, {
    epochs: 4,
    batchSize: 16,
    shuffle: false,
    validationData: [x, targets],
    classWeight,
    verbose: 0,
  });
  const weights = await Promise.all(model.trainableWeights.map((weight) => weight.read().data<'float32'>()));
  tf.dispose([x, y, labels]);
  model.dispose();
  disposeOptimizer(optimizer);
  return {history, weights};
}

describeBackends('samples weighted by their class', (backendName) => {
  const watched = watchReplays();
  const cases: [loss: string, activation: LayerArgs['activation']][] = [
    ['categoricalCrossentropy', 'softmax'],
    ['sparseCategoricalCrossentropy', 'softmax'],
    ['meanSquaredError', 'linear'],
    ['meanAbsoluteError', 'linear'],
    ['binaryCrossentropy', 'sigmoid'],
    ['logcosh', 'linear'],
  ];

  async function expectSame(heads: readonly LayerArgs[], loss: string, weights: tf.ClassWeight | tf.ClassWeight[]) {
    const fused = await fitWeighted(heads, loss, weights);
    watched.uninstall();
    const stock = await fitWeighted(heads, loss, weights);
    expect(Object.keys(fused.history)).toEqual(Object.keys(stock.history));
    for (const [name, values] of Object.entries(stock.history)) {
      expectClose(fused.history[name] as number[], values as number[], 1e-4);
    }
    for (const [i, values] of stock.weights.entries()) expectClose(fused.weights[i], values, 1e-3);
  }

  test.each(
    backendName === 'webgpu' ? cases.slice(0, 2) : cases,
  )('train as in tfjs with %s', async (loss, activation) => {
    const steps = vi.spyOn(FusedModel.prototype, 'train');
    const heads = [{units: 4, activation}];
    await expectSame(heads, loss, CLASS_WEIGHT);
    if (backendName === 'webgpu') expect(watched.replay).toHaveBeenCalled();
    else {
      expect(steps).toHaveBeenCalledTimes(12);
      for (const {value} of steps.mock.results) expect(value).toBeDefined();
    }
  });

  test('train as in tfjs at two outputs, with weights for both or for one', async () => {
    const heads: LayerArgs[] = [
      {units: 4, activation: 'softmax'},
      {units: 4, activation: 'softmax'},
    ];
    await expectSame(heads, 'categoricalCrossentropy', [CLASS_WEIGHT, {0: 2, 1: 1, 2: 1, 3: 1}]);
    await expectSame(heads, 'categoricalCrossentropy', [CLASS_WEIGHT, null as unknown as tf.ClassWeight]);
  });
});
