import type {Machine} from '../quickstart/results.ts';
import type {RunSettings} from './settings.ts';

/** The state of a training after an epoch at which it was evaluated. */
export interface RunPoint {
  /** 1 for the first. */
  readonly epoch: number;
  /** Mean loss over the batches since the point before, weight decay included. */
  readonly trainLoss: number;
  /** Share of the test images classified correctly, in [0, 1]. */
  readonly testAccuracy: number;
  /** R_s, in [0, 1]. */
  readonly explorationRate: number;
}

/** One finished training: the content of its file. */
export interface RunResult {
  readonly settings: RunSettings;
  /** Optimizer steps of the whole training. */
  readonly steps: number;
  /** Updates of the topology. */
  readonly updates: number;
  readonly points: readonly RunPoint[];
  /** After the last epoch, in [0, 1]. */
  readonly testAccuracy: number;
  /** On the first training images, as many as there are test images, not augmented. */
  readonly trainAccuracy: number;
  /** R_s after the last epoch, in [0, 1]. */
  readonly explorationRate: number;
  /** Active connections and biases. */
  readonly parameters: number;
  /** Wall-clock time of the training, evaluations included. */
  readonly seconds: number;
  /** `cores` are those that the training used. */
  readonly machine: Machine;
  /** When it ended, ISO 8601. */
  readonly date: string;
}
