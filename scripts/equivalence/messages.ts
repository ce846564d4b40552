import type {Grammar} from './grammar/script.ts';
import type {BackendName} from './options.ts';
import type {StandInCounts} from './spy.ts';

/** What the child process is told at its start. */
export interface Order {
  readonly seed: number;
  /** Scripts before the first of this process. */
  readonly begin: number;
  /** Scripts of this process. */
  readonly count: number;
  readonly backend: BackendName;
  readonly threads: number;
  readonly grammar: Grammar;
}

/** What a child process tells: that a script begins, and how it ended. */
export type Message =
  | {readonly kind: 'ready'}
  | {readonly kind: 'begin'; readonly seed: number}
  | {readonly kind: 'end'; readonly tally: Tally}
  | {readonly kind: 'difference'; readonly report: DifferenceReport};

/** Counts of scripts. */
export interface Tally {
  scripts: number;
  /** Scripts in which a fused or replayed step of each kind took part. */
  stoodIn: StandInCounts;
  /** Scripts in which any took part. */
  any: number;
  actions: number;
  failedActions: number;
}

/** A difference, as small as shrinking could make it. */
export interface DifferenceReport {
  readonly seed: number;
  /** The way of fast-check from the seed to the shrunk script. */
  readonly path: string;
  readonly summary: string;
  /** The shrunk script, to be run by itself. */
  readonly source: string;
}

/** The seed of a script by its place in a run: that of the run for the first one. */
export function seedOf(seed: number, place: number): number {
  return (seed + Math.imul(place, 0x9e3779b1)) | 0;
}

export function emptyTally(): Tally {
  return {
    scripts: 0,
    stoodIn: {training: 0, evaluation: 0, prediction: 0, replay: 0},
    any: 0,
    actions: 0,
    failedActions: 0,
  };
}

/** Adds up two tallies. */
export function addTally(sum: Tally, {scripts, stoodIn, any, actions, failedActions}: Tally): void {
  sum.scripts += scripts;
  sum.any += any;
  sum.actions += actions;
  sum.failedActions += failedActions;
  for (const kind of Object.keys(stoodIn) as (keyof StandInCounts)[]) sum.stoodIn[kind] += stoodIn[kind];
}
