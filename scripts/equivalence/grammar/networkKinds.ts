import {graphKinds} from './graph.ts';
import {kernelLayers} from './kernelLayers.ts';
import type {LayerKind} from './layer.ts';
import {otherLayers} from './otherLayers.ts';

type Shares = readonly (readonly [kind: string, share: number])[];

/** All kinds of layers by name. */
export const layerKinds: Readonly<Record<string, readonly [share: number, kind: LayerKind]>> = {
  ...kernelLayers,
  ...otherLayers,
};

/** All kinds of choices for a network with their shares, the simplest first. */
export const networkKinds: Shares = Object.entries({...layerKinds, ...graphKinds}).map(([kind, [share]]) => [
  kind,
  share,
]);

/** Kinds that a fused step may consist of: with all others in every network, few would have one. */
const COMMON = [
  ...[
    'maskedDense',
    'maskedConv2d',
    'dense',
    'conv2d',
    'flatten',
    'activation',
    'relu',
    'leakyReLU',
    'reshape',
    'dropout',
  ],
  ...[
    'batchNormalization',
    'maxPooling2d',
    'averagePooling2d',
    'globalMaxPooling2d',
    'globalAveragePooling2d',
    'residual',
  ],
];

export const commonKinds: Shares = networkKinds.filter(([kind]) => COMMON.includes(kind));
