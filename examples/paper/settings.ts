import type {models} from '../models/index.ts';

/** The networks of the experiments: LeNet-300-100 learns MNIST, the others CIFAR-10. */
export type PaperNetwork = Extract<
  keyof typeof models,
  'MLP-CIFAR10' | 'LeNet-300-100' | 'LeNet-5' | 'VGG-16-C' | 'ResNet-18'
>;

/** How the connections of a sparse network change: not at all, or by which growth. */
export type PaperMethod = 'dense' | 'static' | 'set' | 'rigl' | 'unexplored';

/** Where the first topology comes from: drawn at random by ERK, or chosen by a criterion over all layers. */
export type PaperStart = 'random' | 'snip' | 'lottery';

/** The rule of the initial weights: He's, cut off at two deviations as in tfjs, or PyTorch's, of a fifth of its variance. */
export type PaperInitialization = 'he' | 'pytorch';

/** Everything that decides the result of one training. */
export interface RunSettings {
  readonly network: PaperNetwork;
  readonly method: PaperMethod;
  readonly start: PaperStart;
  readonly initialization: PaperInitialization;
  /** Active over all connections, in (0, 1]; 1 for the dense method. */
  readonly density: number;
  /** Passes over the training data. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Of the first half of the training; divided by 10 at 1/2 and again at 3/4. */
  readonly learningRate: number;
  /** ΔT in optimizer steps; 0 where connections never change. */
  readonly updateInterval: number;
  /** P: share of the connections that an update replaces at first; 0 where connections never change. */
  readonly dropFraction: number;
  /** The epoch after which connections stay as they are; the drop fraction falls along its cosine until then. */
  readonly exploreEpochs: number;
  readonly seed: number;
}

/** Settings that all trainings share: the recipe of the official implementation. */
export const RECIPE = {
  /** Unless an experiment is about it. */
  learningRate: 0.1,
  /** Nesterov. */
  momentum: 0.9,
  weightDecay: 5e-4,
  /** P, unless an experiment is about it. */
  dropFraction: 0.5,
  distribution: 'erdosRenyiKernel',
} as const;

/** What the trainings differ in, with the usual values filled in. */
export function runSettings(settings: Partial<RunSettings> & Pick<RunSettings, 'network' | 'method'>): RunSettings {
  const {network, method, epochs = 12} = settings;
  const explores = method !== 'dense' && method !== 'static';
  return {
    network,
    method,
    start: settings.start ?? 'random',
    initialization: settings.initialization ?? 'he',
    density: method === 'dense' ? 1 : (settings.density ?? 0.05),
    epochs,
    batchSize: settings.batchSize ?? (network === 'LeNet-300-100' ? 100 : 128),
    learningRate: settings.learningRate ?? RECIPE.learningRate,
    updateInterval: explores ? (settings.updateInterval ?? 200) : 0,
    dropFraction: explores ? (settings.dropFraction ?? RECIPE.dropFraction) : 0,
    exploreEpochs: explores ? (settings.exploreEpochs ?? epochs) : 0,
    seed: settings.seed ?? 1,
  };
}

/** The name of a training and of its file: equal settings, equal names. */
export function runName(settings: RunSettings): string {
  const {
    network,
    method,
    start,
    initialization,
    density,
    epochs,
    batchSize,
    learningRate,
    updateInterval,
    dropFraction,
    exploreEpochs,
    seed,
  } = settings;
  return [
    network.toLowerCase(),
    start === 'random' ? method : `${start}-${method}`,
    ...(initialization === 'he' ? [] : [initialization]),
    ...(method === 'dense' ? [] : [`density${density}`]),
    `epochs${epochs}`,
    `batch${batchSize}`,
    ...(learningRate === RECIPE.learningRate ? [] : [`rate${learningRate}`]),
    ...(updateInterval > 0 ? [`interval${updateInterval}`] : []),
    ...(updateInterval > 0 && dropFraction !== RECIPE.dropFraction ? [`drop${dropFraction}`] : []),
    ...(updateInterval > 0 && exploreEpochs < epochs ? [`stop${exploreEpochs}`] : []),
    `seed${seed}`,
  ].join('_');
}
