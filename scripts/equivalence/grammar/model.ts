import {sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';
import type {Network} from './network.ts';
import type {TargetKind} from './training.ts';

/** A model of a script, as its actions see it. */
export interface Model extends Network {
  /** Of the variable that holds it. */
  readonly name: string;
  /** Of the function that makes it. */
  readonly build: string;
  /** As it is compiled now. */
  targets: readonly TargetKind[];
}

const BATCHES = [8, 4, 1, 33, 5, 3, 40, 2];
const INPUT_VALUES = ['smooth', 'smooth', 'zeros', 'ties', 'negative'];
const ORIGINS = ['made', 'made', 'sliced', 'reshaped', 'clone', 'computed'];

export const batchSize = (dice: Dice): number => dice.of(BATCHES);

/** Inputs for a model, as source. */
export function inputsOf({inputs}: Model, batch: number, dice: Dice): string {
  return list(
    inputs.map(({shape, isIndices}) => {
      const seed = dice.int(1, 9);
      if (isIndices) return dataSource([batch, ...shape], seed, 'indices', dice.of(['made', 'int32', 'cast']));
      const values = dice.of(INPUT_VALUES);
      const origin = dice.once(12) ? dice.of(['cast', 'int32']) : dice.of(ORIGINS);
      return dataSource([batch, ...shape], seed, values, origin);
    }),
  );
}

/** Targets for a model as it is compiled now, as source. */
export function targetsOf({outputs, targets}: Model, batch: number, dice: Dice): string {
  return list(
    outputs.map(({shape}, i) => {
      const seed = dice.int(1, 9);
      const kind = targets[i];
      if (kind === 'labels') return dataSource([batch, ...shape.slice(0, -1), 1], seed, kind, 'made');
      const isWhole = kind === 'classes' || kind === 'signs';
      const origins = isWhole ? [...ORIGINS, 'cast', 'int32', ...(kind === 'classes' ? ['bool'] : [])] : ORIGINS;
      return dataSource([batch, ...shape], seed, kind === 'numbers' ? 'smooth' : kind, dice.of(origins));
    }),
  );
}

function dataSource(shape: readonly number[], seed: number, values: string, origin: string): string {
  const more = origin !== 'made' ? `, '${values}', '${origin}'` : values !== 'smooth' ? `, '${values}'` : '';
  return `run.lend(own.data(${sourceOf(shape)}, ${seed}${more}))`;
}

function list(sources: readonly string[]): string {
  return sources.length === 1 ? sources[0] : `[${sources.join(', ')}]`;
}
