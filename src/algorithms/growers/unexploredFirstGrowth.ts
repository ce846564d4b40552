import {mergePositions} from '../../topology/positions.ts';
import {samplePositions} from '../../topology/sample.ts';
import type {Grower} from '../types.ts';
import {growInside} from './growInside.ts';
import {randomGrowth} from './randomGrowth.ts';

/**
 * Explores as fast as it can: grows at random among the positions that were never active, and only when those are used up
 * among the other inactive ones, those just dropped included.
 *
 * Exactly `k` are grown, every set that the rule allows equally likely. The official implementation, which calls this
 * random unfired growth, grows a random number once the unexplored positions no longer suffice.
 *
 * @throws RangeError from `grow`, if `k` exceeds the number of inactive positions
 * @see Liu et al. 2021, "Do We Actually Need Dense Over-Parameterization?", https://arxiv.org/abs/2102.02887
 */
export function unexploredFirstGrowth(): Grower {
  const anywhere = randomGrowth();
  return {
    name: 'unexploredFirstGrowth',
    grow(request) {
      const {size, active, k, explored, random} = request;
      if (request.structure) {
        const block = (begin: number, end: number) =>
          Float32Array.from({length: end - begin}, (_, i) => random() + (explored.has(begin + i) ? 0 : 2));
        return growInside(request, {size, block});
      }
      const unexplored = size - explored.count;
      const fresh = explored.absent(samplePositions(unexplored, Math.min(k, unexplored), random));
      if (fresh.length === k) return fresh;
      const known = anywhere.grow({...request, active: mergePositions(size, active, fresh), k: k - fresh.length});
      return mergePositions(size, fresh, known);
    },
    discoveries: ({unexplored, k}) => Math.min(k, unexplored),
  };
}
