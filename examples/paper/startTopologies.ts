import * as tf from '@tensorflow/tfjs';
import {magnitudeScores, selectGlobally, snipScores, Topology} from 'itop';

/** Topologies by layer name. */
export type Topologies = Readonly<Record<string, Topology>>;

/**
 * The connections that matter most for the loss of one batch, over all layers together.
 *
 * @param model  dense, with a softmax as output
 * @param x      `[batch, features]`
 * @param y      `[batch, classes]`
 * @see Lee, Ajanthan & Torr 2019, "SNIP", https://arxiv.org/abs/1810.02340
 */
export async function snipTopologies(
  model: tf.LayersModel,
  {x, y, density}: {x: tf.Tensor; y: tf.Tensor; density: number},
): Promise<Topologies> {
  const kernels = kernelsOf(model);
  const {value, grads} = tf.variableGrads(
    () => tf.metrics.categoricalCrossentropy(y, model.predict(x) as tf.Tensor).mean(),
    kernels.map(({kernel}) => kernel),
  );
  const scores = await Promise.all(
    kernels.map(async ({kernel}) =>
      snipScores((await kernel.data()) as Float32Array, (await grads[kernel.name].data()) as Float32Array),
    ),
  );
  tf.dispose([value, grads]);
  return chosen(kernels, scores, density);
}

/**
 * The connections that are largest after dense training, over all layers together: a lottery ticket, pruned at once.
 *
 * @param model    the dense network, for the names and shapes of its layers
 * @param trained  the kernel of each layer after training, flat and row-major
 * @see Frankle & Carbin 2019, "The Lottery Ticket Hypothesis", https://arxiv.org/abs/1803.03635
 */
export function lotteryTopologies(
  model: tf.LayersModel,
  {trained, density}: {trained: readonly Float32Array[]; density: number},
): Topologies {
  return chosen(kernelsOf(model), trained.map(magnitudeScores), density);
}

interface NamedKernel {
  readonly name: string;
  readonly kernel: tf.Variable;
}

function kernelsOf(model: tf.LayersModel): NamedKernel[] {
  return model.layers.flatMap((layer) =>
    layer.trainableWeights
      .filter(({shape}) => shape.length > 1)
      .map((weight) => ({name: layer.name, kernel: weight.read() as tf.Variable})),
  );
}

function chosen(kernels: readonly NamedKernel[], scores: readonly Float32Array[], density: number): Topologies {
  const size = scores.reduce((sum, {length}) => sum + length, 0);
  const positions = selectGlobally(scores, Math.round(density * size));
  return Object.fromEntries(
    kernels.map(({name, kernel}, i) => [name, Topology.fromPositions(kernel.shape, positions[i])]),
  );
}
