import * as tf from '@tensorflow/tfjs';
import {backendId, topologyResource} from '../../ops/topologyResources.ts';
import type {Topology} from '../../topology/topology.ts';
import type {GpuBackend} from './gpu.ts';
import type {Images} from './images.ts';

/** The inputs of a kernel by name; those that are optional may be missing. */
export type Operands = Readonly<Record<string, tf.TensorInfo>>;

/** A kernel by programs. */
export interface GpuKernel<Attrs> {
  readonly kernelName: string;
  /**
   * Makes what the topology keeps on the device, and sees whether the device takes the call.
   *
   * @returns runs the programs; undefined if the device's limits are too low
   */
  plan(backend: GpuBackend, inputs: Operands, attrs: Attrs): (() => tf.TensorInfo) | undefined;
}

/** Index data on the device, and what the host remembers of them. */
export interface DeviceIndex<Layout> {
  /** int32 */
  readonly tensor: tf.Tensor1D;
  readonly layout: Layout;
}

/**
 * The index data of a topology for one product on such images, uploaded at their first use and kept as long as the
 * topology.
 *
 * @param product  tells apart what different products keep
 */
export function deviceIndex<Layout>(
  backend: GpuBackend,
  topology: Topology,
  product: string,
  images: Images,
  create: () => {readonly data: Int32Array; readonly layout: Layout},
): DeviceIndex<Layout> {
  const {y, x} = images;
  const key = `webgpu/${backendId(backend)}/${product}/${JSON.stringify([y, x])}`;
  return topologyResource(
    topology,
    key,
    () => {
      const {data, layout} = create();
      const tensor = tf.keep(tf.tensor1d(data, 'int32'));
      return {tensor, layout};
    },
    disposeIndex,
  );
}

function disposeIndex({tensor}: DeviceIndex<unknown>): void {
  tensor.dispose();
}
