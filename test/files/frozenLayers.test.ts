import * as tf from '@tensorflow/tfjs';
import {maskedDense, RigLScheduler, setFusedStep} from 'itop';
import {loadCheckpoint, saveCheckpoint} from 'itop/files';
import {afterEach, expect, test} from 'vitest';
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
      await saveCheckpoint(store, through);
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
