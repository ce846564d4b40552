import type * as tf from '@tensorflow/tfjs';
import {hostMemory, type NumberType} from '../hostMemory.ts';
import type {KernelCall} from '../stock/fastKernel.ts';

/** What lies between 0 and these numbers stays. NaN does, too, where the backend's own loops make 0 of it. */
const HIGHEST: Readonly<Record<string, number>> = {relu: Number.POSITIVE_INFINITY, relu6: 6};

/** True for a fused product that ends in an activation which cuts off. */
export function isCutOff({attrs}: KernelCall): boolean {
  return (attrs as {activation?: string}).activation! in HIGHEST;
}

/** The kernel `Relu6`. */
export function relu6({inputs, backend}: KernelCall): tf.TensorInfo {
  const {x} = inputs as {x: tf.TensorInfo};
  const y = hostMemory.wasm(backend).allocate(x.shape, x.dtype as NumberType);
  return cutOff(backend, x, y, HIGHEST.relu6);
}

/** A fused product as its kernel makes it without activation, which follows by itself. */
export function thenCutOff(call: KernelCall, product: tf.KernelFunc): tf.TensorInfo {
  const {attrs, backend} = call;
  const y = product({...call, attrs: {...attrs, activation: 'linear'}}) as tf.TensorInfo;
  return cutOff(backend, y, y, HIGHEST[(attrs as {activation: string}).activation]);
}

function cutOff(backend: unknown, from: tf.TensorInfo, to: tf.TensorInfo, highest: number): tf.TensorInfo {
  const memory = hostMemory.wasm(backend);
  const [x, y] = [memory.valuesOf(from), memory.valuesOf(to)];
  for (let i = 0; i < x.length; i++) {
    const value = x[i];
    y[i] = value < 0 ? 0 : value > highest ? highest : value;
  }
  return to;
}
