import {sourceOf} from '../code.ts';
import type {Dice} from '../dice.ts';
import type {Network} from './network.ts';
import type {TargetKind} from './training.ts';

/** How often actions do what they do, and with batches of which sizes: a replay needs several steps of a shape. */
export interface Pace {
  /** Steps and predictions of one action, at least. */
  readonly leastSteps: number;
  readonly batches: readonly number[];
  /** The most threads that a script asks for. */
  readonly threads: number;
}

/** A model of a script, as its actions see it. */
export interface Model extends Network {
  readonly pace: Pace;
  /** Of the variable that holds it. */
  readonly name: string;
  /** Of the function that makes it. */
  readonly build: string;
  /** As it is compiled now. */
  targets: readonly TargetKind[];
}

const INPUT_VALUES = ['smooth', 'smooth', 'zeros', 'ties', 'negative'];
const ORIGINS = ['made', 'made', 'sliced', 'reshaped', 'clone', 'computed'];

export const batchSize = ({pace}: Model, dice: Dice): number => dice.of(pace.batches);

/** Steps or predictions of an action: up to three more than the least. */
export const stepCount = ({pace}: Model, dice: Dice): number => pace.leastSteps + dice.int(0, 3);

/** Inputs for a model, as source. In a loop over `i` each time others. */
export function inputsOf({inputs}: Model, batch: number, dice: Dice, isInLoop = false): string {
  return list(
    inputs.map(({shape, isIndices}) => {
      const seed = dice.int(1, 9);
      if (isIndices)
        return dataSource([batch, ...shape], seed, 'indices', dice.of(['made', 'int32', 'cast']), isInLoop);
      const values = dice.of(INPUT_VALUES);
      const origin = dice.once(12) ? dice.of(['cast', 'int32']) : dice.of(ORIGINS);
      return dataSource([batch, ...shape], seed, values, origin, isInLoop);
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

function dataSource(shape: readonly number[], seed: number, values: string, origin: string, isInLoop = false): string {
  const more = origin !== 'made' ? `, '${values}', '${origin}'` : values !== 'smooth' ? `, '${values}'` : '';
  return `run.lend(own.data(${sourceOf(shape)}, ${seed}${isInLoop ? ' + i' : ''}${more}))`;
}

function list(sources: readonly string[]): string {
  return sources.length === 1 ? sources[0] : `[${sources.join(', ')}]`;
}
