import * as tf from '@tensorflow/tfjs';
import {
  type DSTOptions,
  DSTScheduler,
  type InitialOptions,
  initialTopologies,
  type Reparameterization,
  sparseWeights,
  sparsify,
} from 'itop';

/** Inputs of the problem; the teacher looks at every fifth. */
const INPUTS = 60;
const EVERY = 5;
/** The share of connections to true inputs that chance gives. */
export const CHANCE = 1 / EVERY;

/** Samples whose class a linear map of the true inputs decides; the others are noise. */
export function teacherData(samples = 4096): {x: tf.Tensor2D; y: tf.Tensor2D} {
  return tf.tidy(() => {
    const x = tf.randomNormal([samples, INPUTS], 0, 1, 'float32', 7) as tf.Tensor2D;
    const weights = tf.randomNormal([INPUTS / EVERY, 4], 0, 1, 'float32', 8) as tf.Tensor2D;
    const [truth] = tf.split(x.reshape([samples, INPUTS / EVERY, EVERY]), [1, EVERY - 1], 2);
    const logits = truth.reshape([samples, INPUTS / EVERY]).matMul(weights);
    return {x, y: tf.oneHot(logits.argMax(1), 4).toFloat() as tf.Tensor2D};
  });
}

const BATCH = 64;
let batches: {x: tf.Tensor; y: tf.Tensor}[] | undefined;

/** The samples in batches, made once: on wasm each slice copies the tensor that it is of. */
function teacherBatches() {
  const {x, y} = teacherData();
  const [xs, ys] = [x, y].map((tensor) => tf.split(tensor as tf.Tensor, tensor.shape[0] / BATCH));
  tf.dispose([x, y]);
  return xs.map((x, i) => ({x, y: ys[i]}));
}

/** What a student learned. */
export interface Learned {
  /** Share of the first layer's connections that come from true inputs, of those whose value is not 0. */
  readonly trueShare: number;
  /** Active over all connections at the end; those whose value is 0 are not active. */
  readonly density: number;
  /** R_s; the density at the start where nothing is scheduled. */
  readonly explored: number;
}

/** How a student is trained. */
export interface Student {
  readonly density?: number;
  readonly initial?: Omit<InitialOptions, 'density'>;
  /** Of the L1 penalty of the kernels. @defaultValue 0 */
  readonly l1?: number;
  readonly reparameterization?: Reparameterization;
  readonly options?: Partial<DSTOptions> & Pick<DSTOptions, 'pruner' | 'grower'>;
}

export const STUDENT_STEPS = 900;

/** Trains a sparse student 60-32-4 on the teacher's samples. */
export async function learn({density = 0.1, initial, l1 = 0, reparameterization, options}: Student): Promise<Learned> {
  batches ??= teacherBatches();
  const layer = (units: number, seed: number, rest: object) =>
    tf.layers.dense({
      units,
      kernelInitializer: tf.initializers.glorotNormal({seed}),
      ...(l1 > 0 && {kernelRegularizer: tf.regularizers.l1({l1})}),
      ...rest,
    });
  const dense = tf.sequential({
    layers: [layer(32, 1, {inputShape: [INPUTS], activation: 'relu'}), layer(4, 2, {activation: 'softmax'})],
  });
  const topologies = initial && (await initialTopologies(dense, {density, seed: 1, ...initial}));
  const model = sparsify(dense, {
    density,
    seed: 1,
    distribution: 'uniform',
    ...(topologies && {topologies}),
    ...(reparameterization && {reparameterization}),
  });
  model.compile({optimizer: tf.train.adam(0.005), loss: 'categoricalCrossentropy'});
  const scheduler =
    options && new DSTScheduler(model, {updateInterval: 20, dropFraction: 0.3, endStep: 800, seed: 1, ...options});
  for (let step = 0; step < STUDENT_STEPS; step++) {
    const {x, y} = batches[step % batches.length];
    await model.trainOnBatch(x, y);
    await scheduler?.step();
  }
  const used = sparseWeights(model).map(({weight}) => {
    const values = tf.tidy(() => weight.computed(false).dataSync());
    return weight.topology.positions().filter((_, slot) => values[slot] !== 0);
  });
  const nnz = used.reduce((sum, {length}) => sum + length, 0);
  const size = sparseWeights(model).reduce((sum, {weight}) => sum + weight.topology.size, 0);
  const ofTrueInputs = used[0].filter((position) => Math.floor(position / 32) % EVERY === 0);
  return {
    trueShare: ofTrueInputs.length / used[0].length,
    density: nnz / size,
    explored: scheduler?.tracker.rate ?? nnz / size,
  };
}
