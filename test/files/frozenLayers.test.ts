import * as tf from '@tensorflow/tfjs';
import {maskedDense, RigLScheduler, setFusedStep} from 'itop';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {afterEach, expect, test} from 'vitest';
import {decodeContainer, encodeContainer, jsonOf, jsonPart, partOf} from '../../src/io/container.ts';
import {describeBackends} from '../support/backends.ts';
import {disposeOptimizer} from '../support/optimizers.ts';
import {memoryStore} from '../support/resumedTraining.ts';
import {snapshot, someData} from '../support/training.ts';

/** How a training comes to have a layer that is frozen, or not trained. */
const ways = {
  'as usual': (_: tf.layers.Layer, compile: () => void) => compile(),
  'frozen before it was compiled': (layer: tf.layers.Layer, compile: () => void) => {
    layer.trainable = false;
    compile();
  },
  'frozen before, and thawed after it was compiled': (layer: tf.layers.Layer, compile: () => void) => {
    layer.trainable = false;
    compile();
    layer.trainable = true;
  },
  'frozen after it was compiled': (layer: tf.layers.Layer, compile: () => void) => {
    compile();
    layer.trainable = false;
  },
};
type Way = keyof typeof ways;

function start(way: Way, seed: number) {
  const dense = (name: string, units: number, activation: 'tanh' | 'softmax') =>
    maskedDense({
      name,
      units,
      density: 0.4,
      activation,
      seed: `${seed}/${name}`,
      ...(name === 'first' && {inputShape: [12]}),
    });
  const model = tf.sequential({
    layers: [dense('first', 4, 'tanh'), dense('second', 4, 'tanh'), dense('third', 4, 'softmax')],
  });
  ways[way](model.layers[0], () => model.compile({optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy'}));
  const scheduler = new RigLScheduler(model, {updateInterval: 3, dropFraction: 0.3, seed});
  const {x, y} = someData();
  return {
    model,
    scheduler,
    async train(steps: number) {
      const losses: number[] = [];
      for (let step = 0; step < steps; step++) {
        losses.push((await model.trainOnBatch(x, y)) as number);
        await scheduler.step();
      }
      return losses;
    },
    end() {
      const state = {...snapshot(model), scheduler: scheduler.toJSON()};
      model.dispose();
      disposeOptimizer(model.optimizer);
      tf.dispose([x, y]);
      return state;
    },
  };
}

afterEach(() => setFusedStep(true));

const names = Object.keys(ways) as Way[];

/** Two nested models whose layers have one name and shape, and moving averages, of other numbers for each seed. */
function nestedModel(seed: number): tf.Sequential {
  const inner = (name: string) =>
    tf.sequential({
      name,
      layers: [
        maskedDense({name: 'fc', units: 6, density: 0.5, seed: `${seed}/${name}`, inputShape: [6]}),
        tf.layers.batchNormalization({name: 'norm'}),
      ],
    });
  const model = tf.sequential({layers: [inner('first'), inner('second')]});
  const variables = model.weights.map((weight) => weight.read()).filter((tensor) => tensor instanceof tf.Variable);
  tf.tidy(() => {
    variables.forEach((variable, i) => {
      variable.assign(tf.randomUniform(variable.shape, 0.5, 1.5, 'float32', 100 * seed + i));
    });
  });
  return model;
}

const predictions = (model: tf.LayersModel) =>
  tf.tidy(() => (model.predict(tf.linspace(-1, 1, 12).reshape([2, 6])) as tf.Tensor).dataSync().slice());

/** A checkpoint as it was before: in version 1 weights have the order of the model. */
function asVersion1(file: Uint8Array, model: tf.LayersModel): Uint8Array {
  const {metadata, parts} = decodeContainer(file, {where: 'test'});
  const earlier = new Map(parts);
  const weights = model.weights.filter(({name}) => !name.endsWith('topology'));
  weights.forEach((weight, i) => {
    earlier.set(`weights/${i}`, partOf(weight.read().dataSync<'float32'>(), weight.shape as number[]));
  });
  const state = jsonOf(parts.get('state')!) as {model: {weights: string[]}};
  const names = weights.map(({originalName}) => originalName);
  expect(names).not.toEqual(state.model.weights);
  earlier.set('state', jsonPart({...state, model: {...state.model, weights: names}}));
  return encodeContainer({metadata: {...metadata, version: '1'}, parts: earlier});
}

test('weights of one name and shape go to their layers, whichever nested model is frozen', async () => {
  const [saved, loaded] = [nestedModel(1), nestedModel(2)];
  const optimizer = tf.train.sgd(0.1);
  const store = memoryStore();
  saved.layers[0].trainable = false;
  await saveCheckpoint(store, {model: saved, optimizer});
  await loadCheckpoint(store, {model: loaded, optimizer});
  expect(predictions(loaded)).toEqual(predictions(saved));

  const again = nestedModel(3);
  again.layers[0].trainable = false;
  await loadCheckpoint(asVersion1(store.bytes, saved), {model: again, optimizer});
  expect(predictions(again)).toEqual(predictions(saved));
  for (const each of [saved, loaded, again, optimizer]) each.dispose();
});

describeBackends('a checkpoint of a training whose first layer was', () => {
  const cases = names.flatMap((way) => [0, 5].map((steps) => ({way, steps})));

  test.each(cases)('$way continues it bit for bit after $steps steps, and nowhere but in such a one', async ({
    way,
    steps,
  }) => {
    for (const isFused of [true, false]) {
      setFusedStep(isFused);
      const store = memoryStore();
      const through = start(way, 1);
      await through.train(steps);
      const {model, scheduler} = through;
      await saveCheckpoint(store, {model, scheduler});
      const expected = {losses: await through.train(7), state: through.end()};

      const again = start(way, 2);
      await again.train(2);
      await loadCheckpoint(store, again);
      expect({losses: await again.train(7), state: again.end()}).toEqual(expected);

      for (const other of names.filter((name) => name !== way)) {
        const another = start(other, 2);
        await another.train(2);
        const before = snapshot(another.model);
        await expect(loadCheckpoint(store, another)).rejects.toThrow(
          /^loadCheckpoint: (model|optimizer) must have (trainable of the layer "first"|the weight 0 to train) .* as in the file, received .*\. [^.]*\.$/,
        );
        expect(snapshot(another.model)).toEqual(before);
        another.end();
      }
    }
  });

  test('frozen when it was compiled leaves it alone until it is compiled again, also thawed', async () => {
    const thawed = start('frozen before, and thawed after it was compiled', 1);
    const [first, second] = thawed.scheduler.weights.map(({weight}) => weight);
    const before = [first.topology, second.topology];
    await thawed.train(3);
    expect(first.topology).toBe(before[0]);
    expect(second.topology).not.toBe(before[1]);
    disposeOptimizer(thawed.model.optimizer);
    thawed.model.compile({optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy'});
    await thawed.train(3);
    expect(first.topology).not.toBe(before[0]);
    thawed.end();
  });
}, ['cpu', 'wasm']);
