import {checkOptions} from '../../topology/checkKind.ts';
import {describeValue} from '../../topology/describeValue.ts';
import {createPositions, sizeOf} from '../../topology/positions.ts';
import {selectLargest} from '../../topology/select.ts';
import {magnitudeScores, magnitudes} from '../criteria.ts';
import {highestInactive} from '../growers/growHighest.ts';
import type {Structure, StructureRequest} from '../types.ts';
import {groupStructure} from './groups.ts';

/** Options of {@link constantFanIn}. */
export interface ConstantFanInOptions {
  /**
   * γ, in [0, 1]: an output loses its connections to the others where fewer than max(1, ⌊γ · fan-in⌋) of its positions are salient.
   * @defaultValue no output does
   */
  readonly minSalient?: number;
}

/**
 * Every output has the same number of inputs, ⌊connections / outputs⌋: rows of the transposed index are equally long.
 *
 * With `minSalient` an update first decides which outputs have connections at all. Salient are the connections that would stay by
 * magnitude, and as many positions with the largest gradients as would be replaced. An output without enough of them has no connections
 * until it has enough; the others share those of the layer. The fan-in that γ refers to is the one that all outputs would have. As many
 * outputs stay as the connections need room, and in the last sparse layer of the model all.
 *
 * @throws RangeError if `minSalient` is not in [0, 1]
 * @see Lasby et al. 2023, "Dynamic Sparse Training with Structured Sparsity", §3, https://arxiv.org/abs/2305.02299
 */
export function constantFanIn(options: ConstantFanInOptions = {}): Structure {
  checkOptions<ConstantFanInOptions>('constantFanIn', options, {minSalient: 1});
  const {minSalient} = options;
  if (minSalient === undefined) return fanInOf('constantFanIn');
  if (!(Number.isFinite(minSalient) && minSalient >= 0 && minSalient <= 1)) {
    throw new RangeError(
      `constantFanIn: minSalient must be in [0, 1], received ${describeValue(minSalient)}. Leave it out to ablate no output.`,
    );
  }
  const name = `constantFanIn(${minSalient})`;
  return {
    ...fanInOf(name),
    needsGradient: true,
    atUpdate: (request) =>
      request.isLast ? fanInOf(name) : fanInOf(name, withEnough(salientPerOutput(request), minSalient, request)),
  };
}

const outputsOf = (shape: readonly number[]) => shape[shape.length - 1];

/** The same fan-in for these outputs, and none for the others. */
function fanInOf(name: string, outputs?: ReadonlySet<number>): Structure {
  return groupStructure({
    name,
    isExact: true,
    count: outputsOf,
    groupOf: (shape) => (position) => position % outputsOf(shape),
    capacity(shape, nnz) {
      const count = outputs?.size ?? outputsOf(shape);
      const fanIn = Math.min(Math.floor(nnz / count), sizeOf(shape) / outputsOf(shape));
      return (output) => (!outputs || outputs.has(output) ? fanIn : 0);
    },
  });
}

/** Of each output, the positions that would stay by magnitude, or that are among the `k` with the largest gradients of all. */
function salientPerOutput({topology, values, k, denseGradient}: StructureRequest): Int32Array {
  const {shape, size, nnz} = topology;
  const positions = topology.positions();
  const kept = selectLargest(magnitudeScores(values), nnz - k);
  const active = createPositions(size, 0);
  const candidates = k > 0 ? highestInactive({size, active, k}, magnitudes(denseGradient!)) : [];
  const counts = new Int32Array(outputsOf(shape));
  for (const position of new Set([...Array.from(kept, (slot) => positions[slot]), ...candidates]))
    counts[position % counts.length]++;
  return counts;
}

/** The outputs with enough salient positions, at least as many as the connections of the layer take. */
function withEnough(salient: Int32Array, share: number, {topology, left}: StructureRequest): Set<number> {
  const outputs = salient.length;
  const enough = Math.max(1, Math.floor(share * Math.floor(left / outputs)));
  const highestFirst = salient.slice().sort((a, b) => b - a);
  const needed = Math.floor((left * outputs) / topology.size);
  const minimum = Math.min(enough, highestFirst[Math.min(needed, outputs - 1)]);
  return new Set([...salient.keys()].filter((output) => salient[output] >= minimum));
}
