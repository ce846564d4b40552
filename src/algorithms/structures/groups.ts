import type {Topology} from '../../topology/topology.ts';
import type {SelectRequest, Structure} from '../types.ts';

/** A structure whose positions fall into groups, each of which may hold so many connections. */
export interface Groups {
  readonly name: string;
  /** Number of groups. */
  count(shape: readonly number[]): number;
  /** The group of a position: a number from 0 up to the number of groups. */
  groupOf(shape: readonly number[]): (position: number) => number;
  /** Connections that a group may hold where the layer has `nnz`. */
  capacity(shape: readonly number[], nnz: number): (group: number) => number;
  /** Whether a topology with fewer connections in a group is none. @defaultValue false */
  readonly isExact?: boolean;
}

/** The structure of these groups: the candidates with the highest scores for which their groups have room. */
export function groupStructure(groups: Groups): Structure {
  return {
    name: groups.name,
    count(shape, nnz) {
      const capacity = groups.capacity(shape, nnz);
      let room = 0;
      for (let group = 0; group < groups.count(shape); group++) room += capacity(group);
      return Math.min(room, nnz);
    },
    select(request) {
      const {shape, candidates, k} = request;
      const room = roomsOf(groups, request);
      const groupOf = groups.groupOf(shape);
      const chosen: number[] = [];
      for (const index of byScore(request.scores)) {
        if (chosen.length === k) break;
        if (room[groupOf(candidates[index])]-- > 0) chosen.push(index);
      }
      return Int32Array.from(chosen).sort();
    },
    violation(topology) {
      const counts = countsOf(groups, topology);
      const capacity = groups.capacity(topology.shape, topology.nnz);
      for (const [group, count] of counts.entries()) {
        const allowed = capacity(group);
        if (count > allowed || (groups.isExact && count < allowed))
          return `${count} connections in group ${group}, not ${allowed}`;
      }
      return undefined;
    },
  };
}

/** Indices of the scores, highest first, lower index first among equals. */
function byScore(scores: Float32Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
}

function roomsOf(groups: Groups, {shape, fixed, total}: SelectRequest): Int32Array {
  const capacity = groups.capacity(shape, total);
  const groupOf = groups.groupOf(shape);
  const room = Int32Array.from({length: groups.count(shape)}, (_, group) => capacity(group));
  for (const position of fixed) room[groupOf(position)]--;
  return room;
}

function countsOf(groups: Groups, topology: Topology): Int32Array {
  const counts = new Int32Array(groups.count(topology.shape));
  const groupOf = groups.groupOf(topology.shape);
  for (const position of topology.positions()) counts[groupOf(position)]++;
  return counts;
}
