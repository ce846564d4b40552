import {type AllocationOptions, allocateConnections, forwardFlops, parameterBytes, staticTrainingFlops} from 'itop';
import type {Chart} from './drawChart.ts';
import {markdownTable} from './markdownTable.ts';
import {type NetworkLayer, networkLayers} from './networkLayers.ts';

/** Images that a training of ResNet-50 on ImageNet sees by RigL's schedule: 32,000 steps of 4096, 102 epochs. */
export const DENSE_TRAINING_IMAGES = 32_000 * 4096;

const SPARSITIES = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];
const DIVISIONS: Readonly<Record<string, AllocationOptions>> = {
  ERK: {distribution: 'erdosRenyiKernel'},
  'uniform, first layer dense': {distribution: 'uniform', firstLayerDense: true},
};

/** What a sparse ResNet-50 costs from the first step to the last. */
interface Cost {
  readonly sparsity: number;
  readonly parameters: number;
  /** Stored as active values and a bit per connection. */
  readonly megabytes: number;
  /** Of one forward pass of one image. */
  readonly testFlops: number;
  /** Of the whole training. */
  readonly trainingFlops: number;
}

/** The costs of ResNet-50 over its sparsity: a table in Markdown, and a chart of both ways to divide the connections. */
export function resnet50Cost(): {table: string; chart: Chart} {
  const layers = networkLayers('ResNet-50');
  const costs = Object.entries(DIVISIONS).map(
    ([name, division]) => [name, SPARSITIES.map((sparsity) => cost(layers, sparsity, division))] as const,
  );
  const rows = costs.flatMap(([name, ofSparsities]) =>
    ofSparsities.map(({sparsity, parameters, megabytes, testFlops, trainingFlops}) => [
      sparsity === 0 ? 'dense' : name,
      String(sparsity),
      `${(parameters / 1e6).toFixed(2)} M`,
      `${megabytes.toFixed(1)} MB`,
      testFlops.toExponential(2),
      trainingFlops.toExponential(2),
      `${(trainingFlops / ofSparsities[0].trainingFlops).toFixed(3)}×`,
    ]),
  );
  const [dense, ...sparse] = rows.filter(([name], i) => i === 0 || name !== 'dense');
  return {
    table: markdownTable(
      ['connections', 'sparsity', 'parameters', 'size', 'test FLOPs', 'training FLOPs', 'of dense'],
      [dense, ...sparse],
    ),
    chart: {
      title: 'ResNet-50 on ImageNet, FLOPs of training at fixed sparsity',
      x: {label: 'sparsity'},
      y: {label: 'training FLOPs (10¹⁸)', zero: true},
      series: costs.map(([name, ofSparsities]) => ({
        name,
        points: ofSparsities.map(({sparsity, trainingFlops}) => ({
          x: sparsity,
          mean: trainingFlops / 1e18,
          deviation: 0,
        })),
      })),
    },
  };
}

function cost(layers: readonly NetworkLayer[], sparsity: number, division: AllocationOptions): Cost {
  const nnz = allocateConnections(layers, 1 - sparsity, division);
  const active = layers.map((layer, i) => ({...layer, nnz: nnz[i]}));
  // Normalisation is folded into kernel and bias: one bias per output of every layer.
  const biases = layers.reduce((sum, {shape}) => sum + shape[shape.length - 1], 0);
  const {sparse} = forwardFlops(active);
  return {
    sparsity,
    parameters: nnz.reduce((sum, count) => sum + count, biases),
    megabytes: parameterBytes(active, biases).bitmask / 1e6,
    testFlops: sparse,
    trainingFlops: staticTrainingFlops(sparse) * DENSE_TRAINING_IMAGES,
  };
}
