import * as tf from '@tensorflow/tfjs';
import {BLOCK, IMAGE_BLOCK} from '../kernels/wasm/kernelModule.ts';
import {type Activation, loopActivation} from '../layers/kinds/activation.ts';
import {exactKind} from '../layers/kinds/exactKind.ts';
import type {NormalizationLayer, PlanGraph, PoolKind, WindowFields} from '../layers/kinds/layerKind.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {penaltyOf} from '../layers/kinds/regularizer.ts';
import {isSparseLayer} from '../layers/sparseLayer.ts';
import type {StockKernelLayer} from '../layers/stockLayers.ts';
import {convGeometryOf, singlePixel} from '../ops/convGeometry.ts';
import {Topology} from '../topology/topology.ts';
import {type Border, featuresOf, hasBorder, NO_BORDER} from './images.ts';
import {
  applications,
  countConsumers,
  describe,
  hasClippedWindows,
  innerModel,
  isSoftmax,
  lastLayer,
  type Shape,
  shapeOf,
  sourceOf,
} from './modelLayers.ts';
import type {Plan, PlanStep, Window} from './plan.ts';

type Writable<T> = {-readonly [K in keyof T]: T[K]};

/** A buffer while the plan is being made. */
interface BufferDraft {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The widest that a reader has asked for. */
  border: Border;
  /** Must lie in one piece: no reader may ask for a border any more. */
  isWhole: boolean;
  readonly hasGradient: boolean;
  readonly strips: 1;
}

/** One border around the other. */
function sumOf(a: Border, b: Border): Border {
  return {top: a.top + b.top, bottom: a.bottom + b.bottom, left: a.left + b.left, right: a.right + b.right};
}

/**
 * The plan of a model.
 *
 * @throws NotCovered if a part of the model has no form in the loops
 */
export function planOf(model: tf.LayersModel): Plan {
  checkEnds(model, 'the model');
  const planner = new Planner(model);
  for (const layer of model.layers) planner.add(layer);
  return planner.finish();
}

function checkEnds({inputs, outputs}: tf.LayersModel, which: string): void {
  if (inputs.length === 1 && outputs.length === 1) return;
  throw new NotCovered(`${which} has ${inputs.length} inputs and ${outputs.length} outputs, not one of each`);
}

class Planner implements PlanGraph {
  private readonly buffers: BufferDraft[] = [];
  private readonly steps: Writable<PlanStep>[] = [];
  /** The buffer with the output of each layer. */
  private readonly bufferOf = new Map<tf.layers.Layer, number>();
  /** Layers that put zeros around the image in the buffer of their output: only a convolution reads these, as a border. */
  private readonly padding = new Map<tf.layers.Layer, Border>();
  /** Buffers that several layers read, or whose contents the gradient of the step that wrote them needs: not to be changed. */
  private readonly fixed = new Set<number>();
  private readonly consumers: ReadonlyMap<tf.layers.Layer, number>;
  private readonly last: tf.layers.Layer;
  private head?: Plan['head'];
  private hasSoftmax = false;

  constructor(model: tf.LayersModel) {
    this.consumers = countConsumers(model);
    this.last = lastLayer(model);
  }

  add(layer: tf.layers.Layer): void {
    const {plan} = exactKind(layer);
    if (!plan) throw new NotCovered(`layer "${layer.name}" is a ${describe(layer)}`);
    const [inputs = [], ...others] = applications(layer);
    if (others.length > 0) throw new NotCovered(`layer "${layer.name}" is shared`);
    if ((layer as {dataFormat?: string}).dataFormat === 'channelsFirst') {
      throw new NotCovered(`layer "${layer.name}" has its channels first`);
    }
    this.bufferOf.set(layer, plan(this, layer as never, inputs.map(sourceOf)));
  }

  finish(): Plan {
    const {buffers, steps} = this;
    if (!steps.some(({kind}) => kind === 'product')) throw new NotCovered('the model has no layer with a kernel');
    if (this.padding.has(this.last))
      throw new NotCovered(`the model ends with the padding of layer "${this.last.name}"`);
    const output = this.whole(this.bufferOf.get(this.last)!);
    const hasImages = buffers.some(({height, width}) => height * width > 1);
    const block = hasImages ? IMAGE_BLOCK : BLOCK;
    return {buffers, block, strips: 1, steps, output, head: this.head, hasSoftmax: this.hasSoftmax};
  }

  input(layer: tf.layers.Layer): number {
    return this.addBuffer(shapeOf(layer), false);
  }

  same(from: tf.layers.Layer): number {
    return this.take(from);
  }

  nested(outer: tf.LayersModel, from: tf.layers.Layer): number {
    const model = innerModel(outer);
    checkEnds(model, `layer "${outer.name}"`);
    const [{sourceLayer: input}] = model.inputs;
    const padding = this.padding.get(from);
    if (padding) this.padding.set(input, padding);
    this.bufferOf.set(input, this.read(from));
    for (const layer of model.layers) if (layer !== input) this.add(layer);
    return this.bufferOf.get(lastLayer(model))!;
  }

  dense(layer: StockKernelLayer, from: tf.layers.Layer): number {
    const input = this.whole(this.take(from));
    return this.addProduct(layer, input, singlePixel(1, featuresOf(this.buffers[input]), shapeOf(layer)[2]));
  }

  convolution(layer: StockKernelLayer, from: tf.layers.Layer, fields: WindowFields): number {
    const {size, strides, padding, dilations} = fields;
    const shape = shapeOf(from);
    const filter: [number, number, number, number] = [...size, shape[2], shapeOf(layer)[2]];
    const window = convGeometryOf(
      tf.backend_util.computeConv2DInfo([1, ...shape], filter, strides, dilations!, padding),
    );
    const around = this.padding.get(from);
    if (!around) return this.addProduct(layer, this.bordered(this.take(from), shape, window.pad), window);
    const inHeight = shape[0] - around.top - around.bottom;
    const inWidth = shape[1] - around.left - around.right;
    const pad = sumOf(window.pad, around);
    const input = this.bordered(this.read(from), [inHeight, inWidth, shape[2]], pad);
    return this.addProduct(layer, input, {...window, inHeight, inWidth, pad});
  }

  zeroPadding(layer: tf.layers.Layer, from: tf.layers.Layer, around: Border): number {
    const before = this.padding.get(from);
    this.padding.set(layer, before ? sumOf(before, around) : around);
    return this.read(from);
  }

  private addProduct(layer: StockKernelLayer, input: number, window: Window): number {
    const output = this.addBuffer([window.outHeight, window.outWidth, window.outChannels]);
    this.steps.push({
      kind: 'product',
      layer,
      ...(isSparseLayer(layer) ? {} : {dense: Topology.dense(layer.weights[0].shape as number[])}),
      input,
      output,
      window,
      isRelu: false,
      kernelPenalty: penaltyOf(layer.kernelRegularizer)!,
      biasPenalty: penaltyOf(layer.biasRegularizer)!,
    });
    const {activation} = layer;
    return this.addActivation(layer, loopActivation(activation), (z) => activation.apply(z), output);
  }

  normalization(layer: NormalizationLayer, from: tf.layers.Layer): number {
    const {gammaRegularizer, betaRegularizer} = layer as unknown as Record<string, Parameters<typeof penaltyOf>[0]>;
    const [height, width, channels] = shapeOf(layer);
    const input = this.whole(this.bordered(this.take(from), [height, width, channels], NO_BORDER));
    this.fixed.add(input);
    const output = this.addBuffer([height, width, channels]);
    this.steps.push({
      kind: 'normalization',
      layer,
      input,
      output,
      channels,
      pixels: height * width,
      isRelu: false,
      gammaPenalty: penaltyOf(gammaRegularizer)!,
      betaPenalty: penaltyOf(betaRegularizer)!,
    });
    return output;
  }

  pool(pool: PoolKind, layer: tf.layers.Layer, from: tf.layers.Layer, fields: WindowFields): number {
    const {size, strides, padding} = fields;
    const shape = shapeOf(from);
    const window = convGeometryOf(tf.backend_util.computePool2DInfo([1, ...shape], [...size], strides, 1, padding));
    if (pool === 'average' && hasClippedWindows(window)) {
      // There tfjs divides the output by the clipped size of the window, but the gradient by the whole.
      throw new NotCovered(`layer "${layer.name}" averages windows that reach over the edge`);
    }
    const isMax = pool !== 'average';
    const input = this.whole(this.take(from));
    // The gradient of a maximum compares both.
    if (isMax) this.fixed.add(input);
    const output = this.addBuffer(
      [window.outHeight, window.outWidth, window.outChannels],
      this.buffers[input].hasGradient,
    );
    if (isMax) this.fixed.add(output);
    this.steps.push({kind: 'pool', pool, input, output, window});
    return output;
  }

  activation(layer: tf.layers.Layer, from: tf.layers.Layer, activation: Activation | undefined): number {
    const buffer = activation?.activation === 'linear' ? this.take(from) : this.own(from);
    return this.addActivation(layer, activation, (z) => layer.apply(z) as tf.Tensor, buffer);
  }

  private addActivation(
    layer: tf.layers.Layer,
    activation: Activation | undefined,
    byStockOps: Plan['head'],
    buffer: number,
  ): number {
    if (!activation) {
      if (layer !== this.last || this.consumers.get(layer) !== 1) {
        throw new NotCovered(`layer "${layer.name}" is a ${describe(layer)}`);
      }
      this.head = byStockOps;
      this.hasSoftmax = isSoftmax(layer);
    } else if (activation.activation !== 'linear') {
      const {activation: name, alpha} = activation;
      const step = this.steps[this.steps.length - 1];
      const isFusable = (step?.kind === 'product' || step?.kind === 'normalization') && step.output === buffer;
      if (isFusable && name === 'relu') step.isRelu = true;
      else this.steps.push({kind: 'activation', buffer, activation: name, alpha});
      this.fixed.add(buffer);
    }
    return buffer;
  }

  dropout(_: tf.layers.Layer, from: tf.layers.Layer, rate: number): number {
    const buffer = this.own(from);
    // A rate of 1 is none to tfjs, either.
    if (rate > 0 && rate < 1) this.steps.push({kind: 'dropout', buffer, rate, salt: this.steps.length});
    return buffer;
  }

  sum(layer: tf.layers.Layer, from: readonly tf.layers.Layer[]): number {
    const shape = shapeOf(layer);
    if (from.some((input) => !tf.util.arraysEqual([...shapeOf(input)], [...shape]))) {
      throw new NotCovered(`layer "${layer.name}" adds inputs of different shapes`);
    }
    return this.addSum(
      from.map((input) => this.bordered(this.take(input), shape, NO_BORDER)),
      shape,
    );
  }

  private addSum(inputs: readonly number[], shape: Shape): number {
    const output = this.addBuffer(
      shape,
      inputs.some((input) => this.buffers[input].hasGradient),
    );
    this.steps.push({kind: 'sum', inputs, output});
    return output;
  }

  /** The buffer with the output of a layer, to be read. */
  private take(layer: tf.layers.Layer): number {
    if (this.padding.has(layer))
      throw new NotCovered(`layer "${layer.name}" pads for another layer than a convolution`);
    return this.read(layer);
  }

  /** The buffer with the output of a layer but for its padding. */
  private read(layer: tf.layers.Layer): number {
    const buffer = this.bufferOf.get(layer)!;
    if (this.consumers.get(layer)! > 1) this.fixed.add(buffer);
    return buffer;
  }

  /** The buffer with the output of a layer, to be changed in place: a copy if it is fixed. */
  private own(layer: tf.layers.Layer): number {
    const buffer = this.take(layer);
    return this.fixed.has(buffer) ? this.addSum([buffer], this.shape(buffer)) : buffer;
  }

  /** A buffer in one piece: a copy if it has a border. */
  private whole(buffer: number): number {
    const draft = this.buffers[buffer];
    if (hasBorder(draft)) return this.whole(this.addSum([buffer], this.shape(buffer)));
    draft.isWhole = true;
    return buffer;
  }

  /** A buffer as an image with at least this border: a copy if it lies otherwise, and must go on doing so. */
  private bordered(buffer: number, shape: Shape, pad: Border): number {
    const draft = this.buffers[buffer];
    const isSame = tf.util.arraysEqual([...this.shape(buffer)], [...shape]);
    if (!isSame) return this.bordered(this.addSum([this.whole(buffer)], shape), shape, pad);
    const {top, bottom, left, right} = draft.border;
    const border: Border = {
      top: Math.max(top, pad.top),
      bottom: Math.max(bottom, pad.bottom),
      left: Math.max(left, pad.left),
      right: Math.max(right, pad.right),
    };
    if (draft.isWhole && hasBorder({...draft, border})) return this.bordered(this.addSum([buffer], shape), shape, pad);
    draft.border = border;
    return buffer;
  }

  private shape(buffer: number): Shape {
    const {height, width, channels} = this.buffers[buffer];
    return [height, width, channels];
  }

  private addBuffer([height, width, channels]: Shape, hasGradient = true): number {
    return this.buffers.push({height, width, channels, border: NO_BORDER, isWhole: false, hasGradient, strips: 1}) - 1;
  }
}
