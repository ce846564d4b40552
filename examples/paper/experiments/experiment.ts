import type {RunSettings} from '../settings.ts';

/** One figure or table of the paper: which trainings it needs. */
export interface Experiment {
  /** The name on the command line. */
  readonly name: string;
  /** What it asks, in one sentence. */
  readonly question: string;
  /** How often each training is repeated, with the seeds 1 to `seeds`. */
  readonly seeds: number;
  /** The trainings for one seed, the most telling first. */
  runs(seed: number): readonly RunSettings[];
}
