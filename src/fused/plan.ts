import type * as tf from '@tensorflow/tfjs';
import {MaskedDense} from '../layers/maskedDense.ts';
import type {StockKernelLayer} from '../layers/stockLayers.ts';
import {sizeOf} from '../topology/positions.ts';
import {Topology} from '../topology/topology.ts';
import {type Activation, activationNamed, activationOfLayer} from './activations.ts';
import {NotCovered} from './notCovered.ts';
import {type Penalty, penaltyOf} from './penalties.ts';

/**
 * A model as a list of steps over buffers of activations. Buffer 0 is the input; a buffer is written by one step, and changed in
 * place by those that follow.
 */
export interface Plan {
  /** Features of each buffer. */
  readonly features: readonly number[];
  readonly steps: readonly PlanStep[];
  /** The buffer that holds the output before {@link head}. */
  readonly output: number;
  /** The activation of the last layer where the loops do not know it: stock ops apply it with the loss. */
  readonly head: (z: tf.Tensor) => tf.Tensor;
  /** True if the head is a softmax over the features. */
  readonly hasSoftmax: boolean;
}

/** A fully connected layer, sparse or not: `buffers[output] = activation(buffers[input] W + bias)`. */
export interface ProductStep {
  readonly kind: 'product';
  readonly layer: StockKernelLayer;
  /** The topology of a stock layer, whose connections are all there; a sparse layer has its own, which changes. */
  readonly dense?: Topology;
  readonly input: number;
  readonly output: number;
  readonly isRelu: boolean;
  readonly kernelPenalty: Penalty;
  readonly biasPenalty: Penalty;
}

/** An elementwise activation, in place. */
export interface ActivationStep extends Activation {
  readonly kind: 'activation';
  readonly buffer: number;
}

/** Dropout, in place; only in training. */
export interface DropoutStep {
  readonly kind: 'dropout';
  readonly buffer: number;
  /** Share of the features that are set to 0, in (0, 1). */
  readonly rate: number;
  /** Tells its masks from those of other layers: the layer's own seed, or one by its place. */
  readonly seed: number;
}

/** `buffers[output] = Σ buffers[inputs]`. */
export interface SumStep {
  readonly kind: 'sum';
  readonly inputs: readonly number[];
  readonly output: number;
}

export type PlanStep = ProductStep | ActivationStep | DropoutStep | SumStep;

/**
 * The plan of a model.
 *
 * @throws NotCovered if a part of the model has no form in the loops
 */
export function planOf(model: tf.LayersModel): Plan {
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new NotCovered(
      `the model has ${model.inputs.length} inputs and ${model.outputs.length} outputs, not one of each`,
    );
  }
  const planner = new Planner(model);
  for (const layer of model.layers) planner.add(layer);
  return planner.finish();
}

class Planner {
  private readonly features: number[] = [];
  private readonly steps: PlanStep[] = [];
  /** The buffer with the output of each layer. */
  private readonly bufferOf = new Map<tf.layers.Layer, number>();
  /** Buffers that several layers read, or whose contents the gradient of the step that wrote them needs: not to be changed. */
  private readonly fixed = new Set<number>();
  private readonly consumers: ReadonlyMap<tf.layers.Layer, number>;
  private readonly last: tf.layers.Layer;
  private head: Plan['head'] = (z) => z;
  private hasSoftmax = false;

  constructor(model: tf.LayersModel) {
    this.consumers = countConsumers(model);
    this.last = model.outputs[0].sourceLayer;
  }

  add(layer: tf.layers.Layer): void {
    if (layer.inboundNodes.length !== 1) throw new NotCovered(`layer "${layer.name}" is shared`);
    if ((layer as {activityRegularizer?: unknown}).activityRegularizer != null) {
      throw new NotCovered(`layer "${layer.name}" has an activity regularizer`);
    }
    this.bufferOf.set(layer, this.output(layer, layer.inboundNodes[0].inboundLayers));
  }

  finish(): Plan {
    const {features, steps} = this;
    if (!steps.some(({kind}) => kind === 'product')) throw new NotCovered('the model has no fully connected layer');
    const output = this.bufferOf.get(this.last)!;
    return {features, steps, output, head: this.head, hasSoftmax: this.hasSoftmax};
  }

  /** Plans a layer. @returns the buffer of its output */
  private output(layer: tf.layers.Layer, inputs: readonly tf.layers.Layer[]): number {
    switch (layer.getClassName()) {
      case 'InputLayer':
        return this.addBuffer(layer);
      case 'Flatten':
      case 'Reshape':
        return this.take(inputs[0]);
      case 'Dense':
      case MaskedDense.className:
        return this.addProduct(layer as StockKernelLayer, inputs[0]);
      case 'Dropout':
        return this.addDropout(layer, inputs[0]);
      case 'Add':
        return this.addSum(layer, inputs);
      default:
        return this.addActivation(
          layer,
          activationOfLayer(layer),
          (z) => layer.apply(z) as tf.Tensor,
          this.own(inputs[0]),
        );
    }
  }

  private addProduct(layer: StockKernelLayer, from: tf.layers.Layer): number {
    const [input, output] = [this.take(from), this.addBuffer(layer)];
    if ((from.outputShape as tf.Shape).length !== 2) {
      throw new NotCovered(`layer "${layer.name}" has inputs of rank above 2`);
    }
    const name = layer.activation.getClassName();
    this.steps.push({
      kind: 'product',
      layer,
      dense: layer instanceof MaskedDense ? undefined : Topology.dense([this.features[input], this.features[output]]),
      input,
      output,
      isRelu: name === 'relu',
      kernelPenalty: penaltyOf(layer, layer.kernelRegularizer),
      biasPenalty: penaltyOf(layer, layer.biasRegularizer),
    });
    if (name === 'relu') this.fixed.add(output);
    if (name === 'relu' || name === 'linear') return output;
    return this.addActivation(layer, activationNamed(name), (z) => layer.activation.apply(z), output);
  }

  private addActivation(
    layer: tf.layers.Layer,
    activation: Activation | undefined,
    byStockOps: Plan['head'],
    buffer: number,
  ): number {
    if (activation) {
      this.steps.push({kind: 'activation', buffer, ...activation});
      this.fixed.add(buffer);
    } else if (layer === this.last && this.consumers.get(layer) === 1) {
      this.head = byStockOps;
      this.hasSoftmax = isSoftmax(layer);
    } else throw new NotCovered(`layer "${layer.name}" is a ${describe(layer)}`);
    return buffer;
  }

  private addDropout(layer: tf.layers.Layer, from: tf.layers.Layer): number {
    const {rate, noiseShape, seed} = layer as unknown as {rate: number; noiseShape?: unknown; seed?: number | null};
    if (noiseShape != null) throw new NotCovered(`layer "${layer.name}" has a noise shape`);
    const buffer = this.own(from);
    if (rate > 0) this.steps.push({kind: 'dropout', buffer, rate, seed: seed ?? this.steps.length});
    return buffer;
  }

  private addSum(layer: tf.layers.Layer, from: readonly tf.layers.Layer[]): number {
    const inputs = from.map((input) => this.take(input));
    const output = this.addBuffer(layer);
    if (inputs.some((input) => this.features[input] !== this.features[output])) {
      throw new NotCovered(`layer "${layer.name}" adds inputs of different shapes`);
    }
    this.steps.push({kind: 'sum', inputs, output});
    return output;
  }

  /** The buffer with the output of a layer, to be read. */
  private take(layer: tf.layers.Layer): number {
    const buffer = this.bufferOf.get(layer)!;
    if (this.consumers.get(layer)! > 1) this.fixed.add(buffer);
    return buffer;
  }

  /** The buffer with the output of a layer, to be changed in place: a copy if it is fixed. */
  private own(layer: tf.layers.Layer): number {
    const buffer = this.take(layer);
    if (!this.fixed.has(buffer)) return buffer;
    const copy = this.addBuffer(layer);
    this.steps.push({kind: 'sum', inputs: [buffer], output: copy});
    return copy;
  }

  private addBuffer(layer: tf.layers.Layer): number {
    const shape = (layer.outputShape as tf.Shape).slice(1);
    if (shape.some((dimension) => dimension == null)) throw new NotCovered(`layer "${layer.name}" has an open shape`);
    return this.features.push(sizeOf(shape as number[])) - 1;
  }
}

/** The topology of a fully connected layer as it is now. */
export function topologyOf({layer, dense}: ProductStep): Topology {
  return dense ?? (layer as unknown as MaskedDense).sparseWeight.topology;
}

/** How many layers of the model read the output of each; the model's caller reads that of the last. */
function countConsumers(model: tf.LayersModel): Map<tf.layers.Layer, number> {
  const counts = new Map<tf.layers.Layer, number>([[model.outputs[0].sourceLayer, 1]]);
  for (const layer of model.layers) {
    for (const input of layer.inboundNodes[0]?.inboundLayers ?? []) counts.set(input, (counts.get(input) ?? 0) + 1);
  }
  return counts;
}

function isSoftmax(layer: tf.layers.Layer): boolean {
  const {activation, axis} = layer as unknown as {activation?: {getClassName(): string}; axis?: number};
  return activation ? activation.getClassName() === 'softmax' : layer.getClassName() === 'Softmax' && axis === -1;
}

function describe(layer: tf.layers.Layer): string {
  const {activation} = layer as unknown as {activation?: {getClassName(): string}};
  return activation ? `${layer.getClassName()} with the activation ${activation.getClassName()}` : layer.getClassName();
}
