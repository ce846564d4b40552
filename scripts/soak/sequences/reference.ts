import type {UpdateReport} from 'itop';

/** A sparse layer of the reference. */
export interface ReferenceLayer {
  readonly name: string;
  /** Inputs and outputs of the kernel. */
  readonly shape: readonly [inputs: number, outputs: number];
  /** Sorted flat positions. */
  active: readonly number[];
  /** What was active at the start or after an update. */
  readonly explored: Set<number>;
}

/**
 * What a training must be, by sets and counts alone. Commands change it by the rules in the documentation; the library is not asked,
 * except which positions an update has chosen.
 */
export interface Reference {
  readonly layers: readonly ReferenceLayer[];
  /** Steps that the scheduler has counted. */
  steps: number;
  /** Steps that the optimizer has made. */
  optimizerSteps: number;
  /** Topologies that the tracker was told, those of the start included. */
  records: number;
  /** Weights that the model was compiled to train: two of each layer that was not frozen then. */
  compiled: number;
  /** Weights for which the optimizer has slots: all that it was given at its first step. */
  slotted: number;
  /** Whether the first layer is frozen. */
  isFrozen: boolean;
}

/** A reference that goes on by itself. */
export function copyOf(reference: Reference): Reference {
  return structuredClone(reference);
}

/** A training begins, or a scheduler is made anew: what is active now is all that is explored. */
export function beginExploring(reference: Reference): void {
  for (const {active, explored} of reference.layers) {
    explored.clear();
    for (const position of active) explored.add(position);
  }
  reference.steps = 0;
  reference.records = 1;
}

/** The tracker is told what is active. */
export function record(reference: Reference): void {
  for (const {active, explored} of reference.layers) for (const position of active) explored.add(position);
  reference.records++;
}

/** Takes over the positions that an update has chosen. */
export function takeUpdate(reference: Reference, report: UpdateReport): void {
  report.layers.forEach(({update}, i) => {
    if (update) reference.layers[i].active = [...update.next.positions()];
  });
  record(reference);
}

/** Predictions of dense layers with tanh and softmax, by plain loops. @param biases  of each layer */
export function predict(
  {layers}: Reference,
  values: readonly ArrayLike<number>[],
  biases: readonly ArrayLike<number>[],
  samples: readonly (readonly number[])[],
): number[] {
  return samples.flatMap((sample) => {
    let row = [...sample];
    layers.forEach(({active, shape: [, outputs]}, i) => {
      const sums = Array.from(biases[i]);
      active.forEach((position, slot) => {
        sums[position % outputs] += row[Math.floor(position / outputs)] * values[i][slot];
      });
      row = i < layers.length - 1 ? sums.map(Math.tanh) : softmax(sums);
    });
    return row;
  });
}

function softmax(sums: readonly number[]): number[] {
  const powers = sums.map((sum) => Math.exp(sum - Math.max(...sums)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
