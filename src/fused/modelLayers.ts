import * as tf from '@tensorflow/tfjs';
import {activationName, type StockActivation} from '../layers/kinds/activation.ts';
import {NotCovered} from '../layers/kinds/notCovered.ts';
import {sizeOf} from '../topology/positions.ts';
import type {Window} from './plan.ts';

/** `[height, width, channels]`; of a vector, `[1, 1, features]`. */
export type Shape = readonly [number, number, number];

/** The output of a layer: an image if it has height, width and channels, else a vector. */
export function shapeOf(layer: tf.layers.Layer): Shape {
  const shape = (layer.outputShape as tf.Shape).slice(1);
  if (shape.some((dimension) => dimension == null)) throw new NotCovered(`layer "${layer.name}" has an open shape`);
  return shape.length === 3 ? (shape as number[] as [number, number, number]) : [1, 1, sizeOf(shape as number[])];
}

/** True if a window of a pooling reaches beyond the image. */
export function hasClippedWindows(window: Window): boolean {
  const {inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, strides, pad} = window;
  const isInside = (inside: number, count: number, stride: number, size: number, before: number) =>
    before === 0 && (count - 1) * stride + size <= inside;
  return !(
    isInside(inHeight, outHeight, strides[0], kernelHeight, pad.top) &&
    isInside(inWidth, outWidth, strides[1], kernelWidth, pad.left)
  );
}

/** A Sequential hands everything to a model inside. */
export function innerModel(model: tf.LayersModel): tf.LayersModel {
  return (model as {model?: tf.LayersModel}).model ?? model;
}

/** The layer whose output is that of the model: of a nested model, one within it. */
export function lastLayer(model: tf.LayersModel): tf.layers.Layer {
  return sourceOf(innerModel(model).outputs[0].sourceLayer);
}

/** The layer whose output a layer gives: one within it if it is a model, else itself. */
export function sourceOf(layer: tf.layers.Layer): tf.layers.Layer {
  return isModel(layer) ? lastLayer(layer) : layer;
}

/** The layers that a layer takes its inputs from, for each time that it is applied. */
export function applications({inboundNodes}: tf.layers.Layer): tf.layers.Layer[][] {
  // A model has a node of its own, and an input, without inputs.
  return inboundNodes.map(({inboundLayers}) => inboundLayers).filter(({length}) => length > 0);
}

/**
 * How often the layers of the model read the output of each, those of nested models, too; the model's caller reads those that are its
 * outputs.
 */
export function countConsumers(model: tf.LayersModel): Map<tf.layers.Layer, number> {
  const counts = new Map<tf.layers.Layer, number>();
  const count = (layer: tf.layers.Layer, times: number) => counts.set(layer, (counts.get(layer) ?? 0) + times);
  const visit = ({layers, outputs}: tf.LayersModel, readers: number) => {
    for (const {sourceLayer} of outputs) count(sourceLayer, readers);
    for (const input of layers.flatMap(applications).flat()) count(input, 1);
    for (const nested of layers.filter(isModel)) visit(innerModel(nested), counts.get(nested) ?? 0);
  };
  visit(model, 1);
  return counts;
}

function isModel(layer: tf.layers.Layer): layer is tf.LayersModel {
  return layer instanceof tf.LayersModel;
}

/** True if a layer, or its activation, is a softmax over the features. */
export function isSoftmax(layer: tf.layers.Layer): boolean {
  const {activation, axis} = layer as unknown as {activation?: StockActivation; axis?: number};
  return activation ? activationName(activation) === 'softmax' : layer.getClassName() === 'Softmax' && axis === -1;
}

/** What a layer is, for people. */
export function describe(layer: tf.layers.Layer): string {
  const {activation} = layer as unknown as {activation?: StockActivation};
  return activation ? `${layer.getClassName()} with the activation ${activation.getClassName()}` : layer.getClassName();
}
