import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {maskedConv2d, maskedDense} from 'itop';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {arena} from '../../src/fused/arena.ts';
import {FusedModel} from '../../src/fused/fusedModel.ts';
import {installFusedStep} from '../../src/fused/install.ts';
import {planOf} from '../../src/fused/planner.ts';
import {planInStrips, stripsFor} from '../../src/fused/strips.ts';
import {expectSameTraining} from '../support/fusedTraining.ts';
import {someNumbers} from '../support/layer.ts';
import {anyNetwork, buildNetwork, dataFor} from '../support/randomNetworks.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const conv = (options: object) =>
  maskedConv2d({filters: 2, kernelSize: 3, padding: 'same', density: 0.5, seed: 1, ...options});

/** The steps of a model's plan in strips, in short: kind, and rows of what is read and written. */
function stepsOf(layers: tf.layers.Layer[], inputShape: number[], strips: number): string[] {
  const model = tf.sequential({layers: [tf.layers.inputLayer({inputShape}), ...layers]});
  const {buffers, steps} = planInStrips(planOf(model), strips);
  model.dispose();
  const rows = (buffer: number) => `${buffers[buffer].height}/${buffers[buffer].strips}`;
  return steps.map((step) => {
    if ('buffer' in step) return `${step.kind} ${rows(step.buffer)}`;
    const inputs = 'inputs' in step ? step.inputs : [step.input];
    return `${step.kind} ${inputs.map(rows).join('+')} ${rows(step.output)}`;
  });
}

test('few samples are cut so that they make four', () => {
  expect([1, 2, 3, 4, 5, 32].map(stripsFor)).toEqual([4, 2, 1, 1, 1, 1]);
});

describe('a plan in strips', () => {
  test('has whole images from where the strips would not be whole', () => {
    const layers = [conv({}), tf.layers.maxPooling2d({poolSize: 2}), conv({strides: 2}), tf.layers.flatten()];
    expect(stepsOf([...layers, maskedDense({units: 3, density: 1})], [16, 6, 1], 4)).toEqual([
      'halo 4/4',
      'product 4/4 4/4',
      'pool 4/4 2/4',
      'halo 2/4',
      'product 2/4 1/4',
      'relayout 1/4 4/1',
      'product 4/1 1/1',
    ]);
  });

  test('gives a convolution overlapping strips where its windows begin in others', () => {
    expect(stepsOf([conv({padding: 'valid'}), tf.layers.reLU()], [9, 5, 1], 4)).toEqual([
      // Seven rows of the output: two in each strip, which see four of the input.
      'relayout 9/1 4/4',
      'product 4/4 2/4',
      'relayout 2/4 7/1',
      'activation 7/1',
    ]);
  });

  test('brings rows of other strips to convolutions only whose windows see them', () => {
    const input = tf.input({shape: [8, 4, 2]});
    const [wide, narrow] = [3, 1].map((kernelSize) => conv({kernelSize}).apply(input) as tf.SymbolicTensor);
    const model = tf.model({inputs: input, outputs: tf.layers.add().apply([wide, narrow]) as tf.SymbolicTensor});
    const kinds = planInStrips(planOf(model), 4).steps.map(({kind}) => kind);
    expect(kinds).toEqual(['halo', 'product', 'product', 'sum']);
    model.dispose();
  });

  test('leaves an image whose strips would be single pixels, which are vectors', () => {
    const column = (height: number) => [conv({kernelSize: 1, inputShape: [height, 1, 2]})];
    expect(stepsOf(column(4), [4, 1, 2], 4)).toEqual(['product 4/1 4/1']);
    expect(stepsOf(column(8), [8, 1, 2], 4)).toEqual(['product 2/4 2/4']);
  });

  test('is the plan as it is where nothing is cut', () => {
    const model = tf.sequential({
      layers: [tf.layers.inputLayer({inputShape: [8]}), maskedDense({units: 3, density: 0.5})],
    });
    const plan = planOf(model);
    expect(planInStrips(plan, 4)).toBe(plan);
    model.dispose();
  });
});

describe('training steps of one and of two samples', () => {
  afterEach(() => void installFusedStep());

  test('are those of ops in random networks', {timeout: 300_000}, async () => {
    await fc.assert(
      fc.asyncProperty(anyNetwork, fc.integer({min: 1, max: 2}), async (network, batch) => {
        const build = () => buildNetwork(network);
        const optimizer = () => tf.train.momentum(0.01, 0.9);
        const data = () => dataFor({...network, batch});
        await expectSameTraining(build, optimizer, 'categoricalCrossentropy', 3, 1e-4, data, false);
      }),
      {numRuns: 80, seed: 1},
    );
  });
});

describe('predictions of one and of two samples', () => {
  afterEach(() => vi.restoreAllMocks());

  function expectSame(model: tf.LayersModel, x: tf.Tensor): void {
    const predict = vi.spyOn(FusedModel.prototype, 'predict').mockClear();
    const numbers = (of: tf.Tensor) => Array.from((model.predict(of) as tf.Tensor).dataSync());
    tf.tidy(() => {
      const all = numbers(x);
      const each = all.length / x.shape[0];
      for (const [begin, count] of [
        [0, 1],
        [2, 2],
      ]) {
        const few = numbers(x.slice([begin], [count]));
        expect(few).toEqual(all.slice(begin * each, (begin + count) * each));
      }
    });
    expect(predict).toHaveBeenCalledTimes(3);
    expect(predict.mock.results.every(({value}) => value)).toBe(true);
  }

  test('are those of more, to the bit, in random networks', () => {
    fc.assert(
      fc.property(anyNetwork, fc.integer({min: 4, max: 20}), (network, batch) => {
        const model = buildNetwork(network);
        const {x, y} = dataFor({...network, batch});
        expectSame(model, x);
        tf.dispose([x, y]);
        model.dispose();
      }),
      {numRuns: 150, seed: 1},
    );
  });

  test('are those of more where the output is an image, cut or not', () => {
    for (const [height, layers] of [
      [8, [conv({}), conv({kernelSize: 5, activation: 'relu'})]],
      [7, [conv({}), conv({kernelSize: 5, activation: 'relu'})]],
      [
        8,
        [tf.layers.zeroPadding2d({padding: 2}), conv({padding: 'valid', strides: 2}), tf.layers.batchNormalization()],
      ],
    ] as [number, tf.layers.Layer[]][]) {
      const model = tf.sequential({layers: [tf.layers.inputLayer({inputShape: [height, 5, 3]}), ...layers]});
      const x = tf.tensor(someNumbers(5 * height * 15, 1), [5, height, 5, 3]);
      expectSame(model, x);
      x.dispose();
      model.dispose();
    }
  });

  test.each([
    4, 2,
  ])('are the same where an image of %i pixels would be cut into single ones, with connections in tiles', (height) => {
    const model = tf.sequential({
      layers: [maskedConv2d({filters: 8, kernelSize: 1, density: 0.05, seed: 1, inputShape: [height, 1, 1600]})],
    });
    const x = tf.tensor(someNumbers(5 * height * 1600, 1), [5, height, 1, 1600]);
    expectSame(model, x);
    x.dispose();
    model.dispose();
  });

  test('leave the memory of larger batches where it is', () => {
    const model = tf.sequential({layers: [conv({inputShape: [8, 4, 2]})]});
    const x = tf.tensor(someNumbers(6 * 64, 1), [6, 8, 4, 2]);
    const first = x.slice([0], [1]);
    tf.tidy(() => void [model.predict(x), model.predict(first)]);
    const {bytesInUse} = arena().heap;
    tf.tidy(() => void [model.predict(x), model.predict(first), model.predict(x)]);
    expect(arena().heap.bytesInUse).toBe(bytesInUse);
    tf.dispose([x, first]);
    model.dispose();
  });
});
