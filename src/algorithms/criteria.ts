import {checkKind} from '../topology/checkKind.ts';
import {describeValue} from '../topology/describeValue.ts';
import {selectLargest} from '../topology/select.ts';
import type {Criterion, DenseGradient} from './types.ts';

/**
 * The places of the `k` largest scores over all layers together; among equal scores the earlier layer wins, then the
 * lower position. Unlike a comparison with the k-th largest score this selects exactly `k`, whatever the ties.
 *
 * @param scores  per layer a score for each position, row-major
 * @param k       number of connections of all layers together, 0 ≤ k ≤ number of scores
 * @returns per layer the positions selected, ascending; a layer may be left without any
 * @throws RangeError if `k` is out of range or a score is NaN
 */
export function selectGlobally(scores: readonly Float32Array[], k: number): Int32Array[] {
  checkKind('selectGlobally', 'scores', 'a list', scores, 'Pass one Float32Array for each layer.');
  for (const each of scores)
    checkKind('selectGlobally', 'scores of a layer', 'a list', each, 'Pass one Float32Array for each layer.');
  const all = new Float32Array(scores.reduce((total, {length}) => total + length, 0));
  let begin = 0;
  for (const [layer, layerScores] of scores.entries()) {
    checkScores(layer, layerScores);
    all.set(layerScores, begin);
    begin += layerScores.length;
  }
  const selected = selectLargest(all, k);
  let first = 0;
  begin = 0;
  return scores.map(({length}) => {
    let last = first;
    while (last < k && selected[last] < begin + length) last++;
    const positions = selected.slice(first, last).map((index) => index - begin);
    first = last;
    begin += length;
    return positions;
  });
}

/**
 * |w|: the score of global magnitude pruning and of lottery tickets.
 *
 * @see Frankle & Carbin 2019, "The Lottery Ticket Hypothesis", https://arxiv.org/abs/1803.03635
 */
export function magnitudeScores(values: Float32Array): Float32Array {
  checkKind('magnitudeScores', 'values', 'a list', values, 'Pass the weights as a Float32Array.');
  // A loop, since `values.map(Math.abs)` takes three times as long.
  const scores = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) scores[i] = Math.abs(values[i]);
  return scores;
}

/**
 * |w · g|: how much the loss changes, to first order, if the connection is removed.
 *
 * @param values     weights of a layer
 * @param gradients  dL/dw of the same layer, in the same order
 * @throws RangeError if the lengths differ
 * @see Lee, Ajanthan & Torr 2019, "SNIP: Single-shot Network Pruning based on Connection Sensitivity", §4.1,
 * https://arxiv.org/abs/1810.02340
 */
export function snipScores(values: Float32Array, gradients: Float32Array): Float32Array {
  checkKind('snipScores', 'values', 'a list', values, 'Pass the weights as a Float32Array.');
  checkKind('snipScores', 'gradients', 'a list', gradients, 'Pass them as a Float32Array.');
  if (gradients.length !== values.length) {
    throw new RangeError(
      `snipScores: gradients must have ${values.length} entries to match the values, received ${gradients.length}. ` +
        'Pass the gradient of the same layer, flat and row-major.',
    );
  }
  return values.map((value, i) => Math.abs(value * gradients[i]));
}

/** |w|: what contributes least goes first. */
export function magnitude(): Criterion {
  return {name: 'magnitude', active: ({values}) => magnitudeScores(values)};
}

/**
 * |w · dL/dw|: what the loss would miss least, to first order, goes first. It has the order of Molchanov's (w · dL/dw)² and does not
 * underflow.
 *
 * @see Molchanov et al. 2019, "Importance Estimation for Neural Network Pruning", §3.1, https://arxiv.org/abs/1906.10771
 */
export function taylor(): Criterion {
  return {name: 'taylor', needsGradient: true, active: ({values, gradient}) => snipScores(values, gradient!)};
}

/**
 * |dL/dw|: where the loss would fall fastest.
 *
 * @see Evci et al. 2020, "Rigging the Lottery", §3 (4) Grow criterion, https://arxiv.org/abs/1911.11134
 */
export function gradient(): Criterion {
  return {
    name: 'gradient',
    needsGradient: true,
    active: ({gradient}) => magnitudeScores(gradient!),
    all: ({gradient}) => magnitudes(gradient!),
  };
}

/**
 * |w| + λ · |dL/dw|: a small weight that is about to change stays.
 *
 * @param lambda  at least 0
 * @throws RangeError if `lambda` is negative or not finite
 * @see Yuan et al. 2021, "MEST: Accurate and Fast Memory-Economic Sparse Training Framework on the Edge", §3.2,
 * https://arxiv.org/abs/2110.14032
 */
export function mest(lambda: number): Criterion {
  if (!(lambda >= 0 && Number.isFinite(lambda))) {
    throw new RangeError(
      `mest: lambda must be finite and at least 0, received ${describeValue(lambda)}. At 0 it is magnitude().`,
    );
  }
  return {
    name: `mest(${lambda})`,
    needsGradient: true,
    active: ({values, gradient}) => values.map((value, slot) => Math.abs(value) + lambda * Math.abs(gradient![slot])),
  };
}

/**
 * ½ · w² · F with the diagonal F of the Fisher information: how much the loss would rise, to second order, without the connection, where
 * the gradient is near zero. It ranks by |w| · √F, which is the same order and does not underflow.
 *
 * Beside `signal: meanSquaredGradient(n)`, which makes F.
 *
 * @throws RangeError from an update without it, as soon as a gradient is below 0
 * @see LeCun, Denker & Solla 1990, "Optimal Brain Damage"; Theis et al. 2018, "Faster gaze prediction with dense networks and Fisher
 * pruning", §2.1, https://arxiv.org/abs/1801.05787
 */
export function secondOrder(): Criterion {
  return {
    name: 'secondOrder',
    needsGradient: true,
    active({values, gradient}) {
      const negative = gradient!.find((mean) => mean < 0);
      if (negative !== undefined) {
        throw new RangeError(
          `secondOrder: request.gradient must hold means of squares, received ${negative}. Give the scheduler signal: meanSquaredGradient(n).`,
        );
      }
      return values.map((value, slot) => Math.abs(value) * Math.sqrt(gradient![slot]));
    },
  };
}

/** A number in [0, 1) drawn for each connection: the baseline, and what fills a structure anywhere. */
export function random(): Criterion {
  return {
    name: 'random',
    active: ({values, random}) => values.map(() => random()),
    all: ({size, random}) => ({size, block: (begin, end) => Float32Array.from({length: end - begin}, () => random())}),
  };
}

/** Scores of all positions. */
export interface Scores extends DenseGradient {
  /** The numbers whose magnitudes they are, for who can do without the magnitudes of most. */
  readonly magnitudesOf?: DenseGradient;
}

/** The magnitudes of numbers. */
export function magnitudes(numbers: DenseGradient): Scores {
  return {...mapScores(numbers, Math.abs), magnitudesOf: numbers};
}

/** The same numbers through a function, block by block. */
export function mapScores({size, block}: DenseGradient, score: (number: number) => number): DenseGradient {
  let room = new Float32Array(0);
  return {
    size,
    block(begin, end) {
      const numbers = block(begin, end);
      // New memory for each block, and a callback of `map`, would take longer than the selection.
      if (room.length < numbers.length) room = new Float32Array(numbers.length);
      const scores = room.subarray(0, numbers.length);
      for (let i = 0; i < scores.length; i++) scores[i] = score(numbers[i]);
      return scores;
    },
  };
}

function checkScores(layer: number, scores: Float32Array): void {
  const position = scores.findIndex(Number.isNaN);
  if (position >= 0) {
    throw new RangeError(
      `selectGlobally: scores must be numbers, received NaN in layer ${layer} at position ${position}. ` +
        'Check the weights and gradients that the scores were made of.',
    );
  }
}
