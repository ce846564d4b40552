import * as tf from '@tensorflow/tfjs';
import {seededRandom, Topology} from 'itop';
import {releaseTopology} from 'itop/core';
import {convolutionProducts} from './convolutions.ts';
import {denseProducts} from './denseLayers.ts';
import type {SparseKernel} from './layerProducts.ts';
import {type Case, finish} from './race.ts';
import type {BenchLayer} from './shapes.ts';
import {onAcceleratedTfjs, onStockTfjs} from './stockKernels.ts';

/** The three products of each layer, by the sparse kernels and by those of tfjs. */
export function* productCases(
  layers: readonly BenchLayer[],
  batch: number,
  densities: readonly number[],
): Generator<Case> {
  for (const layer of layers) {
    const {name, multiplications, products, operands} =
      'image' in layer ? convolutionProducts(layer, batch) : denseProducts(layer, batch);
    const size = tf.util.sizeFromShape([...layer.kernel]);
    const kernels = densities.map((density) => ({label: `${density}`, ...sparseKernel(layer, density)}));
    for (const {name: product, dense, sparse} of products) {
      const contestants = [
        onStockTfjs({label: 'dense', run: () => finish(dense()), flops: 2 * size * multiplications}),
        ...kernels.map(({label, topology, values}) =>
          onAcceleratedTfjs({
            label,
            run: () => finish(sparse({topology, values})),
            flops: 2 * topology.nnz * multiplications,
          }),
        ),
      ];
      yield {what: `${name} ${product}`, contestants};
    }
    tf.dispose([...operands]);
    kernels.forEach(releaseKernel);
  }
}

/** A random kernel of this density for a layer. */
export function sparseKernel({kernel}: BenchLayer, density: number): SparseKernel {
  const nnz = Math.max(1, Math.round(density * tf.util.sizeFromShape([...kernel])));
  const topology = Topology.random(kernel, nnz, seededRandom(1));
  return {topology, values: tf.randomNormal<tf.Rank.R1>([nnz], 0, 1, 'float32', 4)};
}

/** Disposes the values, and what backends keep for the topology. */
export function releaseKernel({topology, values}: SparseKernel): void {
  values.dispose();
  releaseTopology(topology);
}
