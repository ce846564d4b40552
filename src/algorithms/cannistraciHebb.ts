import {Topology} from '../topology/topology.ts';
import type {Criterion, DenseGradient, GrowRequest} from './types.ts';

/** Below every score of a position with a path: positions without one come last, in random order. */
const NO_PATH = 2 ** -100;

/**
 * Where the network's own paths lead: an input and an output that are not connected are likely to be if many paths of three connections
 * join them, input – output – input – output, whose inner nodes have few connections to elsewhere (CH3-L3). Without any gradient.
 *
 * The score is the sum over the paths of 1 / √((1 + e_a)(1 + e_b)), with e the connections of an inner node that are on none of the
 * paths. Of a convolution every place of its kernel is a set of inputs. Cost: for each pair of connections that share a node, the
 * connections of its other end; memory 4 bytes for each pair of outputs.
 *
 * @see Zhang et al. 2024, "Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired theory for
 * ultra-sparse advantage in deep learning" (ICLR)
 */
export function cannistraciHebb(): Criterion {
  return {name: 'cannistraciHebb', all: pathScores};
}

function pathScores({shape, size, active, random}: GrowRequest): DenseGradient {
  const topology = Topology.fromPositions(shape, active);
  const {cols} = topology;
  const paths = new Paths(topology);
  return {
    size,
    block(begin, end) {
      const scores = new Float32Array(end - begin);
      for (let row = Math.floor(begin / cols); row * cols < end; row++) {
        const ofRow = paths.from(row);
        for (let position = Math.max(begin, row * cols); position < Math.min(end, (row + 1) * cols); position++) {
          scores[position - begin] = ofRow[position - row * cols] || NO_PATH * random();
        }
      }
      return scores;
    },
  };
}

/** The paths of three connections between inputs (rows) and outputs (columns). */
class Paths {
  private readonly colPtr: Int32Array;
  private readonly rowIdx: Int32Array;
  /** `[cols, cols]`: the inputs that two outputs have in common. */
  private readonly shared: Int32Array;

  constructor(private readonly topology: Topology) {
    const {colPtr, rowIdx} = topology.transposed();
    const {cols, rows, rowPtr, colIdx} = topology;
    this.colPtr = colPtr;
    this.rowIdx = rowIdx;
    this.shared = new Int32Array(cols * cols);
    for (let row = 0; row < rows; row++) {
      for (let i = rowPtr[row]; i < rowPtr[row + 1]; i++) {
        for (let j = rowPtr[row]; j < rowPtr[row + 1]; j++) this.shared[colIdx[i] * cols + colIdx[j]]++;
      }
    }
  }

  /** `[cols]`: the scores of an input with every output; those of its own outputs mean nothing. */
  from(row: number): Float64Array {
    const {rowPtr, colIdx, cols} = this.topology;
    const scores = new Float64Array(cols);
    const onPaths = this.outputsInCommon(row);
    for (let first = rowPtr[row]; first < rowPtr[row + 1]; first++) {
      const output = colIdx[first];
      const fanIn = this.colPtr[output + 1] - this.colPtr[output];
      for (let second = this.colPtr[output]; second < this.colPtr[output + 1]; second++) {
        const input = this.rowIdx[second];
        if (input === row) continue;
        const inputElsewhere = rowPtr[input + 1] - rowPtr[input] - 1 - onPaths.get(input)!;
        for (let third = rowPtr[input]; third < rowPtr[input + 1]; third++) {
          const target = colIdx[third];
          const outputElsewhere = fanIn - 1 - this.shared[output * cols + target];
          scores[target] += 1 / Math.sqrt((1 + outputElsewhere) * (1 + inputElsewhere));
        }
      }
    }
    return scores;
  }

  /** Of each input that shares an output with this one, how many. */
  private outputsInCommon(row: number): Map<number, number> {
    const {rowPtr, colIdx} = this.topology;
    const counts = new Map<number, number>();
    for (let slot = rowPtr[row]; slot < rowPtr[row + 1]; slot++) {
      for (let entry = this.colPtr[colIdx[slot]]; entry < this.colPtr[colIdx[slot] + 1]; entry++) {
        const input = this.rowIdx[entry];
        counts.set(input, (counts.get(input) ?? 0) + 1);
      }
    }
    return counts;
  }
}
