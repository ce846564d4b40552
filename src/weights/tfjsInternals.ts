import * as tf from '@tensorflow/tfjs';

/**
 * The private parts of tfjs-layers 4.22 that the library touches, with their types: here and nowhere else.
 */

/** What a layer calls on its weights. A class with these members can stand in the list of a layer's weights. */
export type WeightLike = Pick<
  tf.LayerVariable,
  'dtype' | 'shape' | 'id' | 'name' | 'originalName' | 'trainable' | 'read' | 'write' | 'dispose'
> & {readonly constraint: null};

/** What is used of a tfjs constraint. */
export interface Constraint {
  /** The weight as the constraint allows it. */
  apply(weight: tf.Tensor): tf.Tensor;
}

/** What is used of a tfjs regularizer. */
export interface Regularizer {
  /** The penalty of a weight. */
  apply(weight: tf.Tensor): tf.Scalar;
}

/** A weight as a layer is asked to make it; fields that are null are left out. */
export interface WeightRequest {
  readonly name: string;
  readonly shape: number[];
  readonly initializer: {apply(shape: number[], dtype?: tf.DataType): tf.Tensor};
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
  /** @defaultValue true */
  readonly trainable?: boolean;
}

/** Adds a float32 variable to a layer's weights; `addWeight` is protected. */
export function addVariable(layer: tf.layers.Layer, request: WeightRequest): tf.LayerVariable {
  const {name, shape, initializer, regularizer, constraint, trainable = true} = request;
  const open = layer as unknown as {addWeight(...args: unknown[]): tf.LayerVariable};
  return open.addWeight(name, shape, 'float32', initializer, regularizer, trainable, constraint);
}

/**
 * Adds a weight that is no `tf.Variable` to a layer's non-trainable weights.
 *
 * @param before  the weight that it precedes. @defaultValue it comes last
 */
export function addNonTrainableWeight(layer: tf.layers.Layer, weight: WeightLike, before?: WeightLike): void {
  const {_nonTrainableWeights: weights} = layer as unknown as {_nonTrainableWeights: WeightLike[]};
  weights.splice(before ? weights.indexOf(before) : weights.length, 0, weight);
}

/**
 * Gives a variable a value of its type, possibly of another shape. It stays the same variable: training loops hold lists of them, and an
 * optimizer that is given none takes all in the order of their registration.
 */
export function assign(variable: tf.Variable, {shape, size, strides, dataId}: tf.Tensor): void {
  const engine = tf.engine();
  engine.disposeTensor(variable);
  Object.assign(variable, {shape, size, strides, dataId});
  engine.incRef(variable, tf.backend());
}

/** The variable behind a layer's weight. */
export function variableOf(weight: tf.LayerVariable): tf.Variable {
  return weight.read() as tf.Variable;
}

/** A weight that is no variable. */
interface HostNumbers {
  assign(value: tf.Tensor): void;
}

/** Sets a layer's weight to a value as it is, see {@link assign}; `write` and `setWeights` would put it under its constraint. */
export function assignWeight(weight: tf.LayerVariable, value: tf.Tensor): void {
  const variable = weight.read();
  if (variable instanceof tf.Variable) {
    assign(variable, value);
    (weight as {shape: tf.Shape}).shape = value.shape;
  } else (weight as unknown as HostNumbers).assign(value);
}

/** The layers inside a layer: those of a nested model, the one inside TimeDistributed, none of any other. */
export function childLayers(layer: tf.layers.Layer): tf.layers.Layer[] {
  const {layers, layer: wrapped} = layer as unknown as {layers?: tf.layers.Layer[]; layer?: tf.layers.Layer};
  if (layers) return layers;
  return wrapped && layer.getClassName() === 'TimeDistributed' ? [wrapped] : [];
}

/** One use of a layer in the graph of a model. */
export interface LayerCall {
  readonly layer: tf.layers.Layer;
  /** Of its first input, the batch first. */
  readonly inputShape: tf.Shape;
  /** Of its first output, the batch first. */
  readonly outputShape: tf.Shape;
}

/** How often a model uses its layers, and on what: a layer stands once for every time that it is applied. */
export function layerCalls(model: tf.LayersModel): LayerCall[] {
  const {nodesByDepth} = model as unknown as {
    nodesByDepth: Record<string, {outboundLayer: tf.layers.Layer; inputShapes: tf.Shape[]; outputShapes: tf.Shape[]}[]>;
  };
  return Object.values(nodesByDepth)
    .flat()
    .map(({outboundLayer, inputShapes, outputShapes}) => ({
      layer: outboundLayer,
      inputShape: inputShapes[0],
      outputShape: outputShapes[0],
    }));
}

/** The private fields of an optimizer: settings, scalars and lists of slots, under names of its own. */
export type OptimizerFields = Readonly<Record<string, unknown>>;

/** Sets a learning rate, where SGD and momentum keep a tensor of it, too. */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  (optimizer as unknown as {setLearningRate(rate: number): void}).setLearningRate(rate);
}

/** True for a topology among the weights of a model, also for one of another copy of the library. */
export function isTopology(weight: object): boolean {
  return (weight as {isTopology?: boolean}).isTopology === true;
}

/** True for numbers of connections beside their values, likewise. */
export function isCompanion(weight: object): boolean {
  return (weight as {isCompanion?: boolean}).isCompanion === true;
}

/**
 * The weights that the steps of a compiled model train, in the order of its optimizer's state: those that were trainable when it was
 * compiled. Undefined before.
 */
export function collectedWeights(model: tf.LayersModel): readonly tf.LayerVariable[] | undefined {
  const {model: inner = model} = model as {model?: tf.LayersModel};
  return (inner as unknown as {collectedTrainableWeights?: tf.LayerVariable[]}).collectedTrainableWeights;
}
