import type {Method} from './methods.ts';
import type {TrainOptions} from './options.ts';

/** Where the images came from; stands in every output. */
export type DataSource = 'MNIST' | 'images in the format of MNIST' | 'synthetic digits (built in)';

/** One epoch of one method. */
export interface EpochResult {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean loss over the epoch's batches. */
  readonly trainLoss: number;
  /** Share of the test images classified correctly after the epoch, in [0, 1]. */
  readonly testAccuracy: number;
  /** R_s after the epoch, in [0, 1]; null for the dense network. */
  readonly explorationRate: number | null;
}

/** Everything that was measured of one method. */
export interface MethodResult {
  readonly method: Method;
  readonly epochs: readonly EpochResult[];
  /** After the last epoch, in [0, 1]. */
  readonly testAccuracy: number;
  /** After the last epoch, in [0, 1]; null for the dense network. */
  readonly explorationRate: number | null;
  /** Trainable numbers: active connections and biases. */
  readonly parameters: number;
  /** Trainable numbers of the dense network. */
  readonly denseParameters: number;
  /** FLOPs of the training as a share of the dense network's. */
  readonly trainingFlopsShare: number;
  /** Mean time of an optimizer step, topology updates included. */
  readonly msPerStep: number;
  /** Optimizer steps of the whole training. */
  readonly steps: number;
  /** Size of the weights as saved. */
  readonly bytes: number;
}

/** The machine that trained. */
export interface Machine {
  /** TensorFlow.js backend. */
  readonly backend: string;
  readonly cpu: string;
  readonly cores: number;
  /** Version of Node. */
  readonly node: string;
}

/** All that the quickstart knows when it is done: the content of its JSON file. */
export interface QuickstartResults {
  readonly source: DataSource;
  readonly trainSamples: number;
  readonly testSamples: number;
  /** Every option of the run, the seed among them. */
  readonly settings: TrainOptions;
  readonly machine: Machine;
  /** Time of the run, ISO 8601. */
  readonly date: string;
  readonly methods: readonly MethodResult[];
}
