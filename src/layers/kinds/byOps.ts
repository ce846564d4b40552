import * as tf from '@tensorflow/tfjs';
import {classOf} from './classOf.ts';
import type {LayerKind} from './layerKind.ts';
import {byInput, byOutput, byOutputChannels} from './positions.ts';

const name = 'itop';

/** Layers with the kernel of a product. */
const products: readonly LayerKind[] = [
  {stock: classOf(tf.layers.conv1d({filters: 1, kernelSize: 1, name})), positionsOf: byOutput, replays: true},
  {stock: classOf(tf.layers.conv3d({filters: 1, kernelSize: 1, name})), positionsOf: byOutput, replays: true},
  {
    stock: classOf(tf.layers.depthwiseConv2d({kernelSize: 1, depthMultiplier: 1, name})),
    positionsOf: byOutputChannels,
    replays: true,
  },
  {stock: classOf(tf.layers.conv2dTranspose({filters: 1, kernelSize: 1, name})), positionsOf: byInput, replays: true},
  {stock: classOf(tf.layers.conv3dTranspose({filters: 1, kernelSize: 1, name})), positionsOf: byInput, replays: true},
];

/** Layers that do the same at every step, with whatever weights. */
const others: readonly LayerKind[] = [
  tf.layers.separableConv2d({filters: 1, kernelSize: 1, name}),
  tf.layers.layerNormalization({name}),
  tf.layers.prelu({name}),
  tf.layers.permute({dims: [1], name}),
  tf.layers.repeatVector({n: 1, name}),
  tf.layers.cropping2D({cropping: 0, name}),
  tf.layers.upSampling2d({name}),
  tf.layers.maxPooling1d({poolSize: 1, name}),
  tf.layers.maxPooling3d({poolSize: 1, name} as never),
  tf.layers.averagePooling1d({poolSize: 1, name}),
  tf.layers.averagePooling3d({poolSize: 1, name} as never),
  tf.layers.globalMaxPooling1d({name}),
  tf.layers.globalAveragePooling1d({name}),
  tf.layers.average({name}),
  tf.layers.concatenate({name}),
  tf.layers.dot({axes: 1, name}),
  tf.layers.maximum({name}),
  tf.layers.minimum({name}),
  tf.layers.multiply({name}),
].map((layer) => ({stock: classOf(layer), replays: true}));

/** Kinds of layers that have no form in the loops. */
export const byOps: readonly LayerKind[] = [
  // What it holds counts.
  {stock: classOf(tf.layers.timeDistributed({layer: tf.layers.flatten({name}), name})), replays: true},
  ...products,
  ...others,
  {stock: classOf(tf.layers.embedding({inputDim: 1, outputDim: 1, name})), isLookup: true, replays: true},
];
