import {absentFrom} from '../../topology/positionSet.ts';
import {samplePositions} from '../../topology/sample.ts';
import type {Grower} from '../types.ts';
import {growInside} from './growInside.ts';
import {takenPositions} from './takenPositions.ts';

/**
 * Grows anywhere: `k` inactive positions, every set of `k` equally likely, those just dropped included.
 *
 * Exactly `k` are grown. The official implementation of ITOP grows every inactive position with probability k / inactive
 * instead, so that its number of connections drifts. With a structure, as `growHighest(random())`.
 *
 * @throws RangeError from `grow`, if `k` exceeds the number of inactive positions
 * @see Mocanu et al. 2018, "Scalable training of artificial neural networks with adaptive sparse connectivity inspired by
 * network science", Methods, https://arxiv.org/abs/1707.04780
 */
export function randomGrowth(): Grower {
  return {
    name: 'randomGrowth',
    grow(request) {
      const {size, k, random} = request;
      if (request.structure) {
        return growInside(request, {size, block: (begin, end) => Float32Array.from({length: end - begin}, random)});
      }
      const taken = takenPositions(request);
      return absentFrom(size, taken, samplePositions(size - taken.length, k, random));
    },
    discoveries: ({inactive, unexplored, k}) => (k === 0 ? 0 : (k * unexplored) / inactive),
  };
}
