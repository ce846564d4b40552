import * as tf from '@tensorflow/tfjs';
import {replayable, sparsify} from 'itop';
import {stockLoss} from '../src/fused/lossFunctions.ts';
import {byOps, onThreads} from './fusedSteps.ts';
import type {Case, Contestant} from './race.ts';
import {onAcceleratedTfjs} from './stockKernels.ts';

const DENSITY = 0.2;
const BATCH = 32;
const STEPS = 50;

/** Losses with the ends of a network that they are made for. */
const LOSSES = [
  {name: 'categoricalCrossentropy', units: 4, activation: 'softmax'},
  {name: 'sparseCategoricalCrossentropy', units: 4, activation: 'softmax'},
  {name: 'binaryCrossentropy', units: 1, activation: 'sigmoid'},
  {name: 'meanSquaredError', units: 1, activation: 'linear'},
  {name: 'meanAbsoluteError', units: 1, activation: 'linear'},
] as const;

/** Training steps of a small MLP by each loss, where the loss itself is a large part: dense tfjs, the loss by tfjs's tape, and by a loop. */
export function* lossCases(): Generator<Case> {
  for (const {name, units, activation} of LOSSES) {
    const dense = tf.sequential({
      layers: [
        tf.layers.dense({units: 64, inputShape: [32], activation: 'relu'}),
        tf.layers.dense({units: 64, activation: 'relu'}),
        tf.layers.dense({units, activation}),
      ],
    });
    const x = tf.randomNormal([BATCH, 32], 0, 1, 'float32', 1);
    const classes = tf.tidy(() => tf.randomUniform([BATCH], 0, units, 'int32', 1));
    const y = tf.tidy(() => {
      if (name === 'sparseCategoricalCrossentropy') return classes.reshape([BATCH, 1]).cast('float32');
      return units > 1 ? tf.oneHot(classes, units).cast('float32') : tf.randomUniform([BATCH, 1], 0, 1, 'float32', 2);
    });
    // What tfjs does not know by name has no loop. Targets of another shape than the output it takes for losses that it knows.
    const hasOwnTargets = name === 'sparseCategoricalCrossentropy';
    const onTape = replayable((target, output) => stockLoss(name)(target, output));
    const stepping = (label: string, model: tf.LayersModel, loss: string | typeof onTape): Contestant => {
      model.compile({optimizer: tf.train.adam(1e-3), loss});
      return {
        label,
        times: STEPS,
        run: async () => {
          for (let step = 0; step < STEPS; step++) await model.trainOnBatch(x, y);
        },
      };
    };
    const sparse = () => sparsify(dense, {density: DENSITY, seed: 1});
    yield {
      what: name,
      contestants: [
        byOps(onAcceleratedTfjs(stepping('dense', dense, name))),
        ...(hasOwnTargets ? [] : [onThreads(1, onAcceleratedTfjs(stepping(`${DENSITY}, by tape`, sparse(), onTape)))]),
        onThreads(1, onAcceleratedTfjs(stepping(`${DENSITY}`, sparse(), name))),
      ],
    };
  }
}
