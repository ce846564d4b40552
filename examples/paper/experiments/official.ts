import {type PaperMethod, type RunSettings, runSettings} from '../settings.ts';
import type {Experiment} from './experiment.ts';

/** What the official code reaches with LeNet-300-100 on MNIST: means over its own seeds. */
export interface OfficialMean {
  readonly method: PaperMethod;
  readonly density: number;
  /** After the last epoch, in [0, 1]. */
  readonly testAccuracy: number;
  /** R_s after the last epoch, in [0, 1]. */
  readonly explorationRate: number;
}

/** Measured with the official code in PyTorch, by the recipe of {@link officialSettings}. */
export const OFFICIAL_MEANS: readonly OfficialMean[] = [
  {method: 'static', density: 0.1, testAccuracy: 0.9791, explorationRate: 0.1004},
  {method: 'set', density: 0.1, testAccuracy: 0.9821, explorationRate: 0.4376},
  {method: 'rigl', density: 0.1, testAccuracy: 0.9834, explorationRate: 0.3378},
  {method: 'unexplored', density: 0.1, testAccuracy: 0.9835, explorationRate: 0.5276},
  {method: 'static', density: 0.05, testAccuracy: 0.9732, explorationRate: 0.0505},
  {method: 'set', density: 0.05, testAccuracy: 0.9795, explorationRate: 0.2434},
  {method: 'rigl', density: 0.05, testAccuracy: 0.98, explorationRate: 0.1855},
  {method: 'unexplored', density: 0.05, testAccuracy: 0.9789, explorationRate: 0.2768},
  {method: 'static', density: 0.02, testAccuracy: 0.947, explorationRate: 0.0201},
  {method: 'set', density: 0.02, testAccuracy: 0.966, explorationRate: 0.1077},
  {method: 'rigl', density: 0.02, testAccuracy: 0.9743, explorationRate: 0.0808},
  {method: 'unexplored', density: 0.02, testAccuracy: 0.9679, explorationRate: 0.1122},
  {method: 'dense', density: 1, testAccuracy: 0.9845, explorationRate: 1},
];

/** How far the mean over the seeds may be from the official one. */
export const OFFICIAL_TOLERANCE = {
  /** Difference, of shares in [0, 1]. */
  testAccuracy: 0.003,
  /** Share of the official R_s. */
  explorationRate: 0.02,
};

/** The recipe of the means, beside what all trainings share: PyTorch's initial weights, 10 epochs, ΔT = 300. */
export function officialSettings({method, density}: Pick<OfficialMean, 'method' | 'density'>, seed = 1): RunSettings {
  const recipe = {network: 'LeNet-300-100', initialization: 'pytorch', epochs: 10, updateInterval: 300} as const;
  return runSettings({...recipe, method, density, seed});
}

/** The same recipe by this library and by the official code. */
export const official: Experiment = {
  name: 'official',
  question: 'Does LeNet-300-100 come to the accuracy and R_s of the official code, for every method and density?',
  seeds: 3,
  runs: (seed) => OFFICIAL_MEANS.map((mean) => officialSettings(mean, seed)),
};
