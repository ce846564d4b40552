import * as tf from '@tensorflow/tfjs';
import * as itop from 'itop';

type NamedTensor = {name: string; tensor: tf.Tensor};

/** Frees a model and its optimizer. */
export function free(model: tf.LayersModel): void {
  freeOptimizer(model);
  model.dispose();
}

/** Frees a model's optimizer, with the learning rates that those of tfjs forget. */
export function freeOptimizer(model: tf.LayersModel): void {
  const {optimizer} = model as {optimizer?: tf.Optimizer & {c?: tf.Tensor; m?: tf.Tensor}};
  if (!optimizer) return;
  optimizer.dispose();
  tf.dispose([optimizer.c, optimizer.m].filter((tensor) => tensor && !tensor.isDisposed) as tf.Tensor[]);
}

/** The sparse form of a model, which is disposed. */
export function sparsified(dense: tf.LayersModel, options: itop.SparsifyOptions): tf.LayersModel {
  const sparse = itop.sparsify(dense, options);
  dense.dispose();
  return sparse;
}

/** The model as it comes back from a file. */
export async function reloaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved!: tf.io.ModelArtifacts;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return {modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}};
    }),
  );
  return tf.loadLayersModel(tf.io.fromMemory(saved));
}

/** Freezes or thaws a layer, counted from the input. */
export function setTrainable(model: tf.LayersModel, place: number, isTrainable: boolean): void {
  model.layers[place % model.layers.length].trainable = isTrainable;
}

export function setLearningRate(model: tf.LayersModel, learningRate: number): void {
  (model.optimizer as unknown as {setLearningRate(rate: number): void}).setLearningRate(learningRate);
}

/**
 * Gives a number of that name another value in every layer and every regularizer that has one; but a dropout without a seed
 * goes on without masks.
 */
export function setField(model: tf.LayersModel, field: string, value: number): void {
  for (const layer of model.layers) {
    if (field === 'rate' && (layer as {seed?: number | null}).seed == null) continue;
    const owners = [
      layer,
      ...Object.entries(layer).flatMap(([name, part]) => (name.endsWith('Regularizer') ? [part] : [])),
    ];
    for (const owner of owners) if (typeof owner?.[field] === 'number') owner[field] = value;
  }
}

/** An optimizer's saved weights, scaled but for their count of steps. */
export function scaled(weights: NamedTensor[], factor: number): NamedTensor[] {
  return weights.map(({name, tensor}) => ({name, tensor: name === 'iter' ? tensor : tensor.mul(factor)}));
}

/** One step of a loop of the user's: the mean square of all outputs. */
export function minimize(model: tf.LayersModel, x: tf.Tensor | tf.Tensor[]): void {
  model.optimizer.minimize(() => {
    const outputs = [model.apply(x, {training: true}) as tf.Tensor | tf.Tensor[]].flat();
    return tf.addN(outputs.map((output) => output.square().mean())) as tf.Scalar;
  });
}

/** The squares of all that a model can learn. */
export function sumOfSquares(model: tf.LayersModel): tf.Tensor {
  return tf.addN(model.trainableWeights.map((weight) => weight.read().square().sum()));
}

/** Three samples for the inputs or outputs of a model. */
function samplesFor(nodes: readonly tf.SymbolicTensor[]): tf.Tensor | tf.Tensor[] {
  const tensors = nodes.map(({shape}) => tf.fill([3, ...(shape.slice(1) as number[])], 0.3));
  return tensors.length === 1 ? tensors[0] : tensors;
}

/** A prediction in the middle of something else. */
export function predictInside(model: tf.LayersModel): void {
  tf.tidy(() => void model.predict(samplesFor(model.inputs)));
}

/** A loss that throws at one of its calls. */
export function failingLoss(call: number): (target: tf.Tensor, output: tf.Tensor) => tf.Tensor {
  let calls = 0;
  return (target, output) => {
    if (++calls === call) throw new Error('own');
    return tf.losses.meanSquaredError(target, output);
  };
}

let isEvaluating = false;

/** An evaluation in the middle of something else, but not of itself: it computes the loss, too. */
export function evaluateInside(model: tf.LayersModel): void {
  if (isEvaluating) return;
  isEvaluating = true;
  try {
    tf.tidy(() => void model.evaluate(samplesFor(model.inputs), samplesFor(model.outputs)));
  } finally {
    isEvaluating = false;
  }
}

/** A model for use as a layer: its input, and what a layer makes of it, added up. */
export function residualModel({
  name,
  shape,
  layer,
}: {
  name: string;
  shape: number[];
  layer: tf.layers.Layer;
}): tf.LayersModel {
  const input = tf.input({shape});
  const output = tf.layers.add().apply([input, layer.apply(input) as tf.SymbolicTensor]) as tf.SymbolicTensor;
  return tf.model({name, inputs: input, outputs: output});
}

/** On the other one of the backends of the host, if the current one is of the host. */
export async function elsewhere<Result>(action: () => Promise<Result>): Promise<Result> {
  const backend = tf.getBackend();
  const other = {wasm: 'cpu', cpu: 'wasm'}[backend] ?? backend;
  await tf.setBackend(other);
  try {
    return await action();
  } finally {
    await tf.setBackend(backend);
  }
}

/** What all of them have come to, a value or the message of an error: none goes on when the action is over. */
export async function settled(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message));
}
