import {checkKind} from '../topology/checkKind.ts';
import type {PositionSet} from '../topology/positionSet.ts';
import type {Random} from '../topology/random.ts';
import type {Topology} from '../topology/topology.ts';
import {positionsWithout, type TopologyUpdate, updateTopology} from '../topology/update.ts';
import type {DenseGradient, Grower, Pruner} from './types.ts';

/** What {@link updateConnectivity} needs to know of a layer. */
export interface ConnectivityRequest {
  /** Name of the layer, passed on to the strategies. @defaultValue '' */
  readonly name?: string;
  /** The active connections before the update. */
  readonly topology: Topology;
  /** `[nnz]`: the weights, by slot. */
  readonly values: Float32Array;
  /** `[nnz]`: dL/dw at the active connections, by slot. Required if the pruner has `needsGradient`. */
  readonly gradientAtActive?: Float32Array;
  /** dL/dw at every position. Required if the grower has `needsGradient`. */
  readonly denseGradient?: DenseGradient;
  /** Every position that was ever active, those of `topology` among them. It is read, never changed. */
  readonly explored: PositionSet;
  /** Share of the connections to replace, in [0, 1]; ceil(fraction · nnz) in double arithmetic. */
  readonly fraction: number;
  /** Connections after the update, for gradual pruning. @defaultValue as many as before */
  readonly nnzAfter?: number;
  /** Chooses what is dropped. */
  readonly pruner: Pruner;
  /** Chooses what is grown. */
  readonly grower: Grower;
  /** Passed on to both. */
  readonly random: Random;
}

/**
 * One update of the connectivity of one layer: the pruner drops, the grower grows exactly as many, so that nnz is constant;
 * or, with `nnzAfter`, the pruner drops the surplus as well, which is not grown again.
 *
 * Nothing is changed: the result says what is to be carried where. A connection that is dropped and grown again keeps its slot
 * in `source`, and with it its value and its optimizer state.
 *
 * @throws RangeError if `fraction`, a length or a number among `values` and gradients is not as it must be, or if the pruner or
 * the grower return what they must not: another count than asked, positions out of order, repeated or active
 * @throws Error if a gradient is needed and missing
 */
export function updateConnectivity(request: ConnectivityRequest): TopologyUpdate {
  const where = 'updateConnectivity';
  checkKind(
    where,
    'request',
    'an object',
    request,
    'Give it topology, values, explored, fraction, pruner, grower and random.',
  );
  checkKind(where, 'topology', 'a Topology', request.topology, 'Make one with Topology.random(shape, nnz, random).');
  checkKind(where, 'values', 'a list', request.values, 'Pass one number for each active connection.');
  checkKind(
    where,
    'pruner',
    'an object',
    request.pruner,
    'Pass magnitudePruning(), or an object of yours with prune().',
  );
  checkKind(where, 'grower', 'an object', request.grower, 'Pass randomGrowth(), or an object of yours with grow().');
  checkRequest(request);
  const {name = '', topology, values, gradientAtActive, denseGradient, explored, fraction, random} = request;
  const {pruner, grower} = request;
  const {shape, size, nnz} = topology;
  const surplus = nnz - (request.nnzAfter ?? nnz);
  const k = surplus + Math.ceil(fraction * (nnz - surplus));
  // Pruners with a rule of their own go by the fraction: it covers the surplus, too.
  const share = surplus === 0 ? fraction : k / nnz;
  const dropped = pruner.prune({name, topology, values, gradient: gradientAtActive, fraction: share, k, random});
  checkReturned('pruner', 'slots', dropped);
  const toGrow = dropped.length - surplus;
  if (toGrow < 0) {
    throw new RangeError(
      `updateConnectivity: the pruner must drop at least the ${surplus} connections that are too many, received ` +
        `${dropped.length}. Use magnitudePruning(), which drops exactly as many as it is asked.`,
    );
  }
  const grown = grower.grow({
    name,
    shape,
    size,
    active: positionsWithout(topology, dropped),
    k: toGrow,
    explored,
    gradient: denseGradient && checkedBlocks(denseGradient),
    random,
  });
  checkReturned('grower', 'positions', grown);
  if (grown.length !== toGrow) {
    throw new RangeError(
      `updateConnectivity: the grower must return ${toGrow} positions, as many as were dropped, ` +
        `received ${grown.length}. Return exactly request.k positions.`,
    );
  }
  return updateTopology(topology, dropped, grown);
}

function checkRequest({
  topology: {nnz, size},
  values,
  gradientAtActive,
  denseGradient,
  fraction,
  nnzAfter = nnz,
  pruner,
  grower,
}: ConnectivityRequest): void {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(
      `updateConnectivity: fraction must be in [0, 1], received ${fraction}. For 30 % of the connections write 0.3.`,
    );
  }
  if (!(Number.isInteger(nnzAfter) && nnzAfter >= 0 && nnzAfter <= nnz)) {
    throw new RangeError(
      `updateConnectivity: nnzAfter must be an integer in [0, ${nnz}], received ${nnzAfter}. Leave it out to keep all.`,
    );
  }
  checkLength('values', values.length, nnz);
  checkFinite('values', 'slot', values);
  if (gradientAtActive) {
    checkLength('gradientAtActive', gradientAtActive.length, nnz);
    checkFinite('gradientAtActive', 'slot', gradientAtActive);
  } else if (pruner.needsGradient) {
    throw new Error(missing('gradientAtActive', 'pruner'));
  }
  if (denseGradient) checkLength('denseGradient', denseGradient.size, size);
  else if (grower.needsGradient) throw new Error(missing('denseGradient', 'grower'));
}

function checkReturned(who: string, what: string, returned: unknown): void {
  if (!ArrayBuffer.isView(returned)) {
    throw new TypeError(
      `updateConnectivity: the ${who} must return ${what} in a typed array, received ${typeof returned}. ` +
        'Return an Int32Array, an empty one for none.',
    );
  }
}

function missing(what: string, reader: string): string {
  return (
    `updateConnectivity: ${what} must be given to a ${reader} that has needsGradient, received undefined. ` +
    'Record the gradient of the last step and pass it.'
  );
}

function checkLength(what: string, length: number, expected: number): void {
  if (length !== expected) {
    throw new RangeError(
      `updateConnectivity: ${what} must have ${expected} entries to match the topology, received ${length}. ` +
        'Pass what belongs to this layer and its current topology.',
    );
  }
}

function checkFinite(what: string, place: string, numbers: Float32Array, begin = 0): void {
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) {
      throw new RangeError(
        `updateConnectivity: ${what} must be finite, received ${numbers[i]} at ${place} ${begin + i}. ` +
          'The training has diverged: lower the learning rate.',
      );
    }
  }
}

/** The same gradient, checked as it is read. */
function checkedBlocks(gradient: DenseGradient): DenseGradient {
  return {
    size: gradient.size,
    block(begin, end) {
      const block = gradient.block(begin, end);
      checkFinite('denseGradient', 'position', block, begin);
      return block;
    },
  };
}
