import {
  type AllocationOptions,
  allocateConnections,
  denseTrainingFlops,
  forwardFlops,
  riglTrainingFlops,
  staticTrainingFlops,
} from 'itop';
import {markdownTable} from './markdownTable.ts';
import {networkLayers} from './networkLayers.ts';
import {DENSE_TRAINING_IMAGES} from './resnet50Cost.ts';

/** FLOPs of one image: what a method's topology costs, and what the dense network costs. */
interface Flops {
  readonly sparse: number;
  readonly dense: number;
}

interface Method {
  readonly division: AllocationOptions;
  /** FLOPs of training on one image. */
  training(flops: Flops): number;
}

const ERK: AllocationOptions = {distribution: 'erdosRenyiKernel'};
const rigl = (updateInterval: number, times = 1): Method => ({
  division: ERK,
  training: ({sparse, dense}) => times * riglTrainingFlops(sparse, dense, updateInterval),
});

/** What a training by each method costs; those that are not here follow schedules that the paper does not print. */
const METHODS: Readonly<Record<string, Method>> = {
  static: {division: ERK, training: ({sparse}) => staticTrainingFlops(sparse)},
  SET: {
    division: {distribution: 'uniform', firstLayerDense: true},
    training: ({sparse}) => staticTrainingFlops(sparse),
  },
  // A gradient at all positions in every step.
  SNFS: {division: ERK, training: ({sparse, dense}) => 2 * sparse + dense},
  RigL: rigl(100),
  'RigL-ITOP': rigl(4000),
  'RigL-ITOP, twice as long': rigl(4000, 2),
};

/** Rows of the paper's Table 2: method, sparsity, top-1 accuracy, R_s, FLOPs of training and of test over dense. */
const PUBLISHED = [
  ['static', 0.9, '67.7 ± 0.12', '0.10', '0.24×', '0.24×'],
  ['SET', 0.9, '69.6 ± 0.23', '–', '0.10×', '0.10×'],
  ['SNFS', 0.9, '72.9 ± 0.06', '–', '0.50×', '0.24×'],
  ['RigL', 0.9, '73.0 ± 0.04', '–', '0.25×', '0.24×'],
  ['GMP', 0.9, '73.9', '–', '0.56×', '0.23×'],
  ['RigL-ITOP', 0.9, '73.82 ± 0.08', '0.83', '0.25×', '0.24×'],
  ['RigL-ITOP, twice as long', 0.9, '75.50 ± 0.09', '0.89', '0.50×', '0.24×'],
  ['static', 0.8, '72.1 ± 0.04', '0.20', '0.42×', '0.42×'],
  ['SET', 0.8, '72.9 ± 0.39', '–', '0.23×', '0.23×'],
  ['SNFS', 0.8, '75.2 ± 0.11', '–', '0.61×', '0.42×'],
  ['RigL', 0.8, '75.1 ± 0.05', '–', '0.42×', '0.42×'],
  ['GMP', 0.8, '75.6', '–', '0.51×', '0.10×'],
  ['lottery ticket, rewound', 0.8, '75.75 ± 0.12', '–', '–', '–'],
  ['RigL-ITOP', 0.8, '75.84 ± 0.05', '0.93', '0.42×', '0.42×'],
  ['RigL-ITOP, twice as long', 0.8, '76.91 ± 0.07', '0.97', '0.84×', '0.42×'],
] as const;

/** The paper's Table 2, ResNet-50 on ImageNet, with the FLOPs of this library beside the published ones; Markdown. */
export function flopsTable(): string {
  const layers = networkLayers('ResNet-50');
  const {dense} = forwardFlops(layers.map((layer) => ({...layer, nnz: 0})));
  const training = denseTrainingFlops(dense) * DENSE_TRAINING_IMAGES;
  const rows = PUBLISHED.map(([name, sparsity, accuracy, rate, publishedTraining, publishedTest]) => {
    const [ownTraining, ownTest] = shares(METHODS[name], 1 - sparsity);
    return [name, `${sparsity}`, accuracy, rate, ownTraining, publishedTraining, ownTest, publishedTest];
  });
  return markdownTable(
    ['method', 'sparsity', 'published accuracy, %', 'published R_s', 'training', 'published', 'test', 'published'],
    [['dense', '0', '76.8 ± 0.09', '1.00', exponential(training), '3.2e18', exponential(dense), '8.2e9'], ...rows],
  );

  function shares(method: Method | undefined, density: number): [training: string, test: string] {
    if (!method) return ['–', '–'];
    const nnz = allocateConnections(layers, density, method.division);
    const {sparse} = forwardFlops(layers.map((layer, i) => ({...layer, nnz: nnz[i]})));
    return [share(method.training({sparse, dense}) / denseTrainingFlops(dense)), share(sparse / dense)];
  }
}

function exponential(value: number): string {
  return value.toExponential(2);
}

function share(value: number): string {
  return `${value.toFixed(3)}×`;
}
