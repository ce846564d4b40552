import * as tf from '@tensorflow/tfjs';
import {BLOCK, IMAGE_BLOCK} from '../kernels/wasm/kernelModule.ts';
import {MaskedConv2d} from '../layers/maskedConv2d.ts';
import {MaskedDense} from '../layers/maskedDense.ts';
import type {StockKernelLayer} from '../layers/stockLayers.ts';
import {convGeometryOf, singlePixel} from '../ops/convGeometry.ts';
import {Topology} from '../topology/topology.ts';
import {type Activation, activationNamed, activationOfLayer} from './activations.ts';
import {type Border, featuresOf, hasBorder} from './images.ts';
import {
  type ConvolutionFields,
  countConsumers,
  describe,
  hasClippedWindows,
  isLinear,
  isSoftmax,
  type PoolingFields,
  type Shape,
  shapeOf,
} from './modelLayers.ts';
import {NotCovered} from './notCovered.ts';
import {penaltyOf} from './penalties.ts';
import type {NormalizationLayer, Plan, PlanStep, Window} from './plan.ts';

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
}

const NO_BORDER: Border = {top: 0, bottom: 0, left: 0, right: 0};

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
  private readonly buffers: BufferDraft[] = [];
  private readonly steps: Writable<PlanStep>[] = [];
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
    if ((layer as {dataFormat?: string}).dataFormat === 'channelsFirst') {
      throw new NotCovered(`layer "${layer.name}" has its channels first`);
    }
    this.bufferOf.set(layer, this.output(layer, layer.inboundNodes[0].inboundLayers));
  }

  finish(): Plan {
    const {buffers, steps} = this;
    if (!steps.some(({kind}) => kind === 'product')) throw new NotCovered('the model has no layer with a kernel');
    const output = this.whole(this.bufferOf.get(this.last)!);
    const hasImages = buffers.some(({height, width}) => height * width > 1);
    const block = hasImages ? IMAGE_BLOCK : BLOCK;
    return {buffers, block, steps, output, head: this.head, hasSoftmax: this.hasSoftmax};
  }

  /** Plans a layer. @returns the buffer of its output */
  private output(layer: tf.layers.Layer, inputs: readonly tf.layers.Layer[]): number {
    switch (layer.getClassName()) {
      case 'InputLayer':
        return this.addBuffer(shapeOf(layer), false);
      case 'Flatten':
      case 'Reshape':
        return this.take(inputs[0]);
      case 'Dense':
      case MaskedDense.className:
        return this.addDense(layer as StockKernelLayer, inputs[0]);
      case 'Conv2D':
      case MaskedConv2d.className:
        return this.addConvolution(layer as StockKernelLayer & ConvolutionFields, inputs[0]);
      case 'BatchNormalization':
        return this.addNormalization(layer as NormalizationLayer, inputs[0]);
      case 'MaxPooling2D':
      case 'AveragePooling2D': {
        const {poolSize, strides, padding} = layer as unknown as PoolingFields;
        return this.addPool(layer, inputs[0], poolSize, strides, padding);
      }
      case 'GlobalMaxPooling2D':
      case 'GlobalAveragePooling2D': {
        const [height, width] = shapeOf(inputs[0]);
        return this.addPool(layer, inputs[0], [height, width], [1, 1], 'valid');
      }
      case 'Dropout':
        return this.addDropout(layer, inputs[0]);
      case 'Add':
        return this.addSum(layer, inputs);
      default: {
        if (isLinear(layer)) return this.take(inputs[0]);
        const byStockOps: Plan['head'] = (z) => layer.apply(z) as tf.Tensor;
        return this.addActivation(layer, activationOfLayer(layer), byStockOps, this.own(inputs[0]));
      }
    }
  }

  private addDense(layer: StockKernelLayer, from: tf.layers.Layer): number {
    if ((from.outputShape as tf.Shape).length !== 2) {
      throw new NotCovered(`layer "${layer.name}" has inputs of rank above 2`);
    }
    const input = this.whole(this.take(from));
    return this.addProduct(layer, input, singlePixel(1, featuresOf(this.buffers[input]), shapeOf(layer)[2]));
  }

  private addConvolution(layer: StockKernelLayer & ConvolutionFields, from: tf.layers.Layer): number {
    const {kernelSize, filters, strides, padding, dilationRate} = layer;
    const shape = shapeOf(from);
    const filter: [number, number, number, number] = [kernelSize[0], kernelSize[1], shape[2], filters];
    const window = convGeometryOf(
      tf.backend_util.computeConv2DInfo([1, ...shape], filter, strides, dilationRate, padding),
    );
    return this.addProduct(layer, this.bordered(this.take(from), shape, window.pad), window);
  }

  private addProduct(layer: StockKernelLayer, input: number, window: Window): number {
    const output = this.addBuffer([window.outHeight, window.outWidth, window.outChannels]);
    const isSparse = layer instanceof MaskedDense || layer instanceof MaskedConv2d;
    this.steps.push({
      kind: 'product',
      layer,
      ...(isSparse ? {} : {dense: Topology.dense(layer.weights[0].shape as number[])}),
      input,
      output,
      window,
      isRelu: false,
      kernelPenalty: penaltyOf(layer, layer.kernelRegularizer),
      biasPenalty: penaltyOf(layer, layer.biasRegularizer),
    });
    const name = layer.activation.getClassName();
    if (name === 'linear') return output;
    return this.addActivation(layer, activationNamed(name), (z) => layer.activation.apply(z), output);
  }

  private addNormalization(layer: NormalizationLayer, from: tf.layers.Layer): number {
    const rank = (layer.outputShape as tf.Shape).length;
    if ((rank !== 2 && rank !== 4) || (layer.axis !== -1 && layer.axis !== rank - 1)) {
      throw new NotCovered(`layer "${layer.name}" normalises another axis than the last of a vector or an image`);
    }
    if (!layer.gamma || !layer.beta) throw new NotCovered(`layer "${layer.name}" has no gamma or no beta`);
    const {gammaRegularizer, betaRegularizer} = layer as unknown as Record<string, Parameters<typeof penaltyOf>[1]>;
    const [height, width, channels] = shapeOf(layer);
    const input = this.whole(this.take(from));
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
      gammaPenalty: penaltyOf(layer, gammaRegularizer),
      betaPenalty: penaltyOf(layer, betaRegularizer),
    });
    return output;
  }

  private addPool(
    layer: tf.layers.Layer,
    from: tf.layers.Layer,
    size: [number, number],
    strides: [number, number],
    padding: 'valid' | 'same',
  ): number {
    const isMax = layer.getClassName().includes('Max');
    const shape = shapeOf(from);
    const window = convGeometryOf(tf.backend_util.computePool2DInfo([1, ...shape], size, strides, 1, padding));
    if (!isMax && hasClippedWindows(window)) {
      // There tfjs divides the output by the clipped size of the window, but the gradient by the whole.
      throw new NotCovered(`layer "${layer.name}" averages windows that reach over the edge`);
    }
    const input = this.whole(this.take(from));
    // The gradient of a maximum compares both.
    if (isMax) this.fixed.add(input);
    const output = this.addBuffer(
      [window.outHeight, window.outWidth, window.outChannels],
      this.buffers[input].hasGradient,
    );
    if (isMax) this.fixed.add(output);
    this.steps.push({kind: 'pool', isMax, input, output, window});
    return output;
  }

  private addActivation(
    layer: tf.layers.Layer,
    activation: Activation | undefined,
    byStockOps: Plan['head'],
    buffer: number,
  ): number {
    if (activation) {
      const step = this.steps[this.steps.length - 1];
      const isFusable = (step?.kind === 'product' || step?.kind === 'normalization') && step.output === buffer;
      if (isFusable && activation.activation === 'relu') step.isRelu = true;
      else this.steps.push({kind: 'activation', buffer, ...activation});
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
    const shape = shapeOf(layer);
    if (from.some((input) => !tf.util.arraysEqual([...shapeOf(input)], [...shape]))) {
      throw new NotCovered(`layer "${layer.name}" adds inputs of different shapes`);
    }
    return this.sum(
      from.map((input) => this.bordered(this.take(input), shape, NO_BORDER)),
      shape,
    );
  }

  private sum(inputs: readonly number[], shape: Shape): number {
    const output = this.addBuffer(
      shape,
      inputs.some((input) => this.buffers[input].hasGradient),
    );
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
    return this.fixed.has(buffer) ? this.sum([buffer], this.shape(buffer)) : buffer;
  }

  /** A buffer in one piece: a copy if it has a border. */
  private whole(buffer: number): number {
    const draft = this.buffers[buffer];
    if (hasBorder(draft)) return this.whole(this.sum([buffer], this.shape(buffer)));
    draft.isWhole = true;
    return buffer;
  }

  /** A buffer as an image with at least this border: a copy if it lies otherwise, and must go on doing so. */
  private bordered(buffer: number, shape: Shape, pad: Border): number {
    const draft = this.buffers[buffer];
    const isSame = tf.util.arraysEqual([...this.shape(buffer)], [...shape]);
    if (!isSame) return this.bordered(this.sum([this.whole(buffer)], shape), shape, pad);
    const {top, bottom, left, right} = draft.border;
    const border: Border = {
      top: Math.max(top, pad.top),
      bottom: Math.max(bottom, pad.bottom),
      left: Math.max(left, pad.left),
      right: Math.max(right, pad.right),
    };
    if (draft.isWhole && hasBorder({...draft, border})) return this.bordered(this.sum([buffer], shape), shape, pad);
    draft.border = border;
    return buffer;
  }

  private shape(buffer: number): Shape {
    const {height, width, channels} = this.buffers[buffer];
    return [height, width, channels];
  }

  private addBuffer([height, width, channels]: Shape, hasGradient = true): number {
    return this.buffers.push({height, width, channels, border: NO_BORDER, isWhole: false, hasGradient}) - 1;
  }
}
