import {checkKind} from '../topology/checkKind.ts';
import {selectLargest} from '../topology/select.ts';

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
  return values.map((value) => Math.abs(value));
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

function checkScores(layer: number, scores: Float32Array): void {
  const position = scores.findIndex(Number.isNaN);
  if (position >= 0) {
    throw new RangeError(
      `selectGlobally: scores must be numbers, received NaN in layer ${layer} at position ${position}. ` +
        'Check the weights and gradients that the scores were made of.',
    );
  }
}
