import type {builders} from './builders.ts';

/** A kernel and where it works: a dense layer's `[in, out]`, or a convolution. */
export type BenchLayer = DenseShape | ConvolutionShape;

export interface DenseShape {
  readonly kernel: readonly [number, number];
}

export interface ConvolutionShape {
  /** `[kh, kw, in, out]` */
  readonly kernel: readonly [number, number, number, number];
  /** `[height, width]` of the input; padding is 'same'. */
  readonly image: readonly [number, number];
  /** @defaultValue 1 */
  readonly strides?: number;
}

/** A network of the papers, and how it is measured. */
export interface BenchNetwork {
  readonly name: keyof typeof builders;
  /** Batch of its training step; small where tfjs takes seconds for one image. */
  readonly trainingBatch: number;
  /** Batch of its training step on a GPU. */
  readonly gpuBatch: number;
  /** How often a GPU does what is timed before it is waited for: seldom where tfjs takes a second. */
  readonly gpuSteps: number;
  /** Training steps in one timed `fit`. */
  readonly steps: number;
  /** Where it is measured unless it is named, besides a GPU: not where dense tfjs takes minutes for a step. */
  readonly backends: readonly string[];
  /** Layers whose products are measured: all of an MLP, of the others some that no other network has. */
  readonly layers: readonly BenchLayer[];
}

/** Everything that is measured, for all backends. */
export const NETWORKS: readonly BenchNetwork[] = [
  {
    name: 'LeNet-300-100',
    trainingBatch: 100,
    gpuBatch: 100,
    gpuSteps: 20,
    steps: 4,
    backends: ['wasm', 'cpu'],
    layers: [{kernel: [784, 300]}, {kernel: [300, 100]}, {kernel: [100, 10]}],
  },
  {
    name: 'MLP-CIFAR10',
    trainingBatch: 128,
    gpuBatch: 128,
    gpuSteps: 20,
    steps: 4,
    backends: ['wasm', 'cpu'],
    layers: [{kernel: [3072, 1024]}, {kernel: [1024, 512]}, {kernel: [512, 10]}],
  },
  {
    name: 'VGG-16-C',
    trainingBatch: 4,
    gpuBatch: 128,
    gpuSteps: 4,
    steps: 1,
    backends: ['wasm'],
    layers: [
      {kernel: [1, 1, 256, 256], image: [10, 10]},
      {kernel: [3, 3, 512, 512], image: [5, 5]},
    ],
  },
  {
    name: 'ResNet-18',
    trainingBatch: 4,
    gpuBatch: 128,
    gpuSteps: 4,
    steps: 1,
    backends: ['wasm'],
    layers: [
      {kernel: [3, 3, 64, 64], image: [32, 32]},
      {kernel: [3, 3, 64, 128], image: [32, 32], strides: 2},
      {kernel: [1, 1, 256, 512], image: [8, 8], strides: 2},
    ],
  },
  {
    name: 'WRN-22-2',
    trainingBatch: 4,
    gpuBatch: 128,
    gpuSteps: 4,
    steps: 1,
    backends: ['wasm', 'cpu'],
    layers: [
      {kernel: [3, 3, 32, 32], image: [32, 32]},
      {kernel: [3, 3, 128, 128], image: [8, 8]},
    ],
  },
  {
    name: 'MLP-4096',
    trainingBatch: 256,
    gpuBatch: 256,
    gpuSteps: 20,
    steps: 1,
    backends: [],
    layers: [{kernel: [3072, 4096]}, {kernel: [4096, 4096]}, {kernel: [4096, 10]}],
  },
];

export const DENSITIES: readonly number[] = [0.2, 0.1, 0.05, 0.02, 0.01];

/** Batches of predictions and products. */
export const BATCHES: readonly number[] = [1, 32, 128];

/** What is measured on a GPU, the most telling first. */
export const GPU_NETWORKS = ['MLP-4096', 'ResNet-18', 'MLP-CIFAR10', 'LeNet-300-100', 'WRN-22-2', 'VGG-16-C'].map(
  (name) => NETWORKS.find((network) => network.name === name)!,
);

/** Networks small enough for a WebGPU device that computes nothing, but has 256 MB. */
export const HOST_NETWORKS = NETWORKS.filter(({name}) => ['LeNet-300-100', 'MLP-CIFAR10', 'WRN-22-2'].includes(name));

/** The network that is trained sparse on wasm and dense on the cpu backend. */
export const ACROSS_BACKENDS = {name: 'ResNet-18', density: 0.05} as const;

/** On the cpu backend tfjs takes up to three minutes to train a dense convolutional network with one image: there, it is one. */
export function isSlow({layers}: BenchNetwork, backend: string): boolean {
  return backend === 'cpu' && layers.some((layer) => 'image' in layer);
}
