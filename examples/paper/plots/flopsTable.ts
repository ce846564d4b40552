import {allocateConnections, denseTrainingFlops, forwardFlops, riglTrainingFlops} from 'itop';
import {markdownTable} from './markdownTable.ts';
import {networkLayers} from './networkLayers.ts';
import {DENSE_TRAINING_IMAGES} from './resnet50Cost.ts';

/** ΔT of RigL-ITOP on ImageNet; RigL itself updates every 100 steps. */
const INTERVALS = {'RigL-ITOP': 4000, RigL: 100} as const;

/** Rows of the paper's Table 2: method, sparsity, length of training, published FLOPs of training and test over dense. */
const PUBLISHED: readonly (readonly [keyof typeof INTERVALS, number, number, string, string])[] = [
  ['RigL-ITOP', 0.8, 1, '0.42×', '0.42×'],
  ['RigL-ITOP', 0.8, 2, '0.84×', '0.42×'],
  ['RigL', 0.8, 5, '2.09×', '0.42×'],
  ['RigL-ITOP', 0.9, 1, '0.25×', '0.24×'],
  ['RigL-ITOP', 0.9, 2, '0.50×', '0.24×'],
  ['RigL', 0.9, 5, '1.23×', '0.24×'],
];

/** The FLOPs columns of the paper's Table 2, ResNet-50 on ImageNet with ERK, beside those of this library; Markdown. */
export function flopsTable(): string {
  const layers = networkLayers('ResNet-50');
  const {dense} = forwardFlops(layers.map((layer) => ({...layer, nnz: 0})));
  const training = denseTrainingFlops(dense) * DENSE_TRAINING_IMAGES;
  const rows = PUBLISHED.map(([method, sparsity, times, publishedTraining, publishedTest]) => {
    const nnz = allocateConnections(layers, 1 - sparsity, {distribution: 'erdosRenyiKernel'});
    const {sparse} = forwardFlops(layers.map((layer, i) => ({...layer, nnz: nnz[i]})));
    const step = riglTrainingFlops(sparse, dense, INTERVALS[method]) / denseTrainingFlops(dense);
    return [
      method,
      `${sparsity}`,
      `${times}`,
      share(times * step),
      publishedTraining,
      share(sparse / dense),
      publishedTest,
    ];
  });
  return markdownTable(
    ['method', 'sparsity', 'times 100 epochs', 'training', 'published', 'test', 'published'],
    [['dense', '0', '1', training.toExponential(2), '3.2e18', dense.toExponential(2), '8.2e9'], ...rows],
  );
}

function share(value: number): string {
  return `${value.toFixed(3)}×`;
}
